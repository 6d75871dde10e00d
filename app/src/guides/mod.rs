//! 办事指引: what place codes and sentinels need, as dated data and as two public pages. It belongs to
//! the module that the secretariat can switch off; `open` is what every page of the module asks first.

pub mod facts;

#[cfg(feature = "ssr")]
pub mod drawings;
#[cfg(feature = "ssr")]
mod edit;
#[cfg(feature = "ssr")]
mod edit_page;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod prose;
#[cfg(feature = "ssr")]
mod routes;

#[cfg(feature = "ssr")]
pub use module::open;
#[cfg(feature = "ssr")]
pub use routes::routes;

#[cfg(feature = "ssr")]
mod module {
    use super::facts::Facts;
    use crate::{
        current::Current,
        error::{AppError, Result},
        settings::Group,
    };

    impl Group for Facts {
        const NAME: &'static str = "guides";
    }

    /// While the module is off, its pages do not exist; its data stays.
    pub fn open(current: &Current) -> Result<()> {
        if current.site.modules.sentinels { Ok(()) } else { Err(AppError::NotFound) }
    }
}
