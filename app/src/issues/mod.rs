//! Issues: policy questions and calls for help, and their way to an answer.

pub mod model;
