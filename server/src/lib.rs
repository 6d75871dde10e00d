//! The program around the application: settings, the database, the router with its layers, the
//! papers, the mail, and the commands of the terminal.

pub mod assets;
pub mod channels;
pub mod commands;
pub mod config;
pub mod demo;
pub mod documents;
pub mod housekeeper;
pub mod importer;
pub mod logs;
pub mod mailer;
pub mod printer;
pub mod private;
pub mod router;
pub mod security;
pub mod start;
pub mod ticker;
pub mod worker;
