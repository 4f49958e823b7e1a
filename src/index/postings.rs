//! The term dictionary and postings, held by tantivy: a document is an entry of a version, and is never changed or deleted.
//! Nothing but term frequencies is taken from here, so the layout of segments cannot reach a score.

use super::analysis::Terms;
use super::fields::{FIELD_COUNT, FIELDS};
use super::types::IndexError;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{DocSet, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

/// The name of the field that holds an entry's number.
const ENTRY: &str = "entry";
/// What every file of tantivy ends with: the length of its footer and a magic number.
const FOOTER_END_BYTES: u64 = 8;
/// The memory tantivy may fill before it writes a segment.
const WRITER_BYTES: usize = 64 << 20;
/// As many segments of one size are merged into one; each size is this many times the one below.
const MERGE_FACTOR: usize = 8;

/// A tantivy index over all versions.
pub(super) struct Postings {
    index: tantivy::Index,
    fields: [Field; FIELD_COUNT],
    entry: Field,
    reader: IndexReader,
}

/// The postings as they were at one moment.
pub(super) struct PostingsView {
    searcher: Searcher,
    fields: [Field; FIELD_COUNT],
    /// For each segment, the entry number of each of its documents.
    entries: Vec<(SegmentId, Arc<[u32]>)>,
}

/// A batch of additions.
pub(super) struct PostingsWriter<'a> {
    postings: &'a Postings,
    writer: IndexWriter,
    added: bool,
}

impl Postings {
    /// Postings in memory.
    pub(super) fn in_memory() -> Result<Self, TantivyError> {
        Self::over(tantivy::Index::create_in_ram(schema()))
    }

    /// Makes empty postings in a folder.
    pub(super) fn create(dir: &Path) -> Result<Self, TantivyError> {
        Self::over(tantivy::Index::create_in_dir(dir, schema())?)
    }

    /// Opens the postings of a folder, where every file has its checksum.
    pub(super) fn open(dir: &Path) -> Result<Self, TantivyError> {
        let index = tantivy::Index::open(MmapDirectory::open(dir)?)?;
        if index.schema() != schema() {
            return Err(TantivyError::SchemaError("the fields are not those of this version".into()));
        }
        check_sums(&index, dir)?;
        Self::over(index)
    }

    fn over(index: tantivy::Index) -> Result<Self, TantivyError> {
        index.tokenizers().register("terms", TextAnalyzer::from(WhitespaceTokenizer::default()));
        let schema = index.schema();
        let mut fields = [Field::from_field_id(0); FIELD_COUNT];
        for (field, spec) in fields.iter_mut().zip(FIELDS) {
            *field = schema.get_field(spec.name)?;
        }
        let entry = schema.get_field(ENTRY)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, fields, entry, reader })
    }

    /// The number after the last entry that was ever committed here.
    pub(super) fn end_entry(&self) -> Result<u32, TantivyError> {
        Ok(self.index.load_metas()?.payload.and_then(|payload| payload.parse().ok()).unwrap_or(0))
    }

    /// The postings as they are now, knowing the documents of segments that were there before.
    pub(super) fn view(&self, before: Option<&PostingsView>) -> Result<PostingsView, TantivyError> {
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let known: HashMap<SegmentId, Arc<[u32]>> =
            before.iter().flat_map(|view| view.entries.iter().cloned()).collect();
        let entries = searcher
            .segment_readers()
            .iter()
            .map(|segment| {
                let id = segment.segment_id();
                let entries = known.get(&id).cloned().map_or_else(|| entries_of(segment), Ok)?;
                // Opened now, so that what cannot be opened is noticed now; the segment keeps them.
                self.fields.iter().try_for_each(|field| segment.inverted_index(*field).map(|_| ()))?;
                Ok((id, entries))
            })
            .collect::<Result<_, TantivyError>>()?;
        Ok(PostingsView { searcher, fields: self.fields, entries })
    }

    /// Begins a batch.
    pub(super) fn writer(&self) -> Result<PostingsWriter<'_>, TantivyError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_BYTES)
            .build();
        let writer = self.index.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(PostingsWriter { postings: self, writer, added: false })
    }
}

impl PostingsWriter<'_> {
    /// Adds an entry.
    pub(super) fn add(&mut self, entry: u32, terms: &[Terms; FIELD_COUNT]) -> Result<(), TantivyError> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.postings.entry, u64::from(entry));
        for (field, terms) in self.postings.fields.iter().zip(terms).filter(|(_, terms)| terms.count > 0) {
            document.add_text(*field, &terms.joined);
        }
        self.writer.add_document(document)?;
        self.added = true;
        Ok(())
    }

    /// Makes what was added durable, with the number after the last entry.
    pub(super) fn commit(&mut self, end_entry: u32) -> Result<(), TantivyError> {
        if !std::mem::take(&mut self.added) {
            return Ok(());
        }
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&end_entry.to_string());
        commit.commit()?;
        self.merge_small()
    }

    /// Merges segments of one size when there are many, smallest first: here and now, so that no thread is left behind.
    fn merge_small(&mut self) -> Result<(), TantivyError> {
        loop {
            let mut sizes: HashMap<u32, Vec<SegmentId>> = HashMap::new();
            for meta in self.postings.index.searchable_segment_metas()? {
                sizes.entry(meta.max_doc().max(1).ilog(MERGE_FACTOR as u32)).or_default().push(meta.id());
            }
            let Some((_, ids)) = sizes.into_iter().filter(|(_, ids)| ids.len() >= MERGE_FACTOR).min() else {
                return Ok(());
            };
            self.writer.merge(&ids).wait()?;
        }
    }
}

impl PostingsView {
    /// The numbers of all entries.
    pub(super) fn entries(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().flat_map(|(_, entries)| entries.iter().copied())
    }

    /// Calls `posting` with (entry, frequency) of every version that has a term in a field; in no order that means anything.
    pub(super) fn each(&self, field: usize, term: &str, posting: &mut dyn FnMut(u32, u32)) -> Result<(), TantivyError> {
        let term = Term::from_field_text(self.fields[field], term);
        for (segment, (_, entries)) in self.searcher.segment_readers().iter().zip(&self.entries) {
            let inverted = segment.inverted_index(self.fields[field])?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs)? else { continue };
            let mut doc = postings.doc();
            while doc != tantivy::TERMINATED {
                posting(entries[doc as usize], tantivy::postings::Postings::term_freq(&postings));
                doc = postings.advance();
            }
        }
        Ok(())
    }
}

fn schema() -> Schema {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("terms")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    for field in FIELDS {
        builder.add_text_field(field.name, TextOptions::default().set_indexing_options(indexing.clone()));
    }
    builder.add_u64_field(ENTRY, FAST);
    builder.build()
}

/// Checks the files of all segments. tantivy's list of managed files is not asked: it could be what is damaged.
fn check_sums(index: &tantivy::Index, dir: &Path) -> Result<(), TantivyError> {
    for path in index.load_metas()?.list_segment_files() {
        // Not every segment has every file, and tantivy itself fails where it needs one that is missing.
        let Ok(metadata) = std::fs::metadata(dir.join(&path)) else { continue };
        // tantivy takes it for granted that a file is as long as the end of its footer.
        if metadata.len() < FOOTER_END_BYTES || !index.directory().validate_checksum(&path)? {
            return Err(TantivyError::InternalError(format!("{} is damaged", path.display())));
        }
    }
    Ok(())
}

fn entries_of(segment: &tantivy::SegmentReader) -> Result<Arc<[u32]>, TantivyError> {
    let column = segment.fast_fields().u64(ENTRY)?;
    if column.num_docs() != segment.max_doc() {
        return Err(TantivyError::InternalError("a segment has another number of documents".into()));
    }
    Ok((0..segment.max_doc()).map(|doc| column.first(doc).unwrap_or(u64::from(u32::MAX)) as u32).collect())
}

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        Self::Text(error.to_string())
    }
}
