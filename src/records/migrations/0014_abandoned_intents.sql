-- What was abandoned a short while ago is looked for before each write: it may have happened late.
CREATE INDEX intents_abandoned ON intents (repository, created_at) WHERE outcome = 'abandoned';
