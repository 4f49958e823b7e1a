//! How often something was found in each of many places, gathered in no order and given in order.

/// Frequencies by place. It is empty whenever it was taken from, so one serves many terms.
pub(super) struct Tally {
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Tally {
    /// A tally of so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { counts: vec![0; places], touched: Vec::new() }
    }

    /// Adds to a place; a frequency is above 0.
    #[inline]
    pub(super) fn add(&mut self, place: u32, frequency: u32) {
        let count = &mut self.counts[place as usize];
        if *count == 0 {
            self.touched.push(place);
        }
        *count += frequency;
    }

    /// The places with their frequencies, in order; the tally is empty again.
    pub(super) fn take(&mut self) -> Vec<(u32, u32)> {
        // Stable sorting is quick where runs are in order already, as postings are.
        self.touched.sort();
        let counts = &mut self.counts;
        self.touched.drain(..).map(|place| (place, std::mem::take(&mut counts[place as usize]))).collect()
    }
}
