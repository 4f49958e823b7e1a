//! Runs that are read: what each format tells, and what the hostile among them cannot do.

mod babysitter;
mod bundle;
mod claude;
mod codex;
mod hostile;
mod lines;
mod told;
