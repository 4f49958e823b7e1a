//! The records database: what is not memory. The only user of SQL.
