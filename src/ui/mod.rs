//! Parts that know no flow.

mod button;
mod countries;
mod field;
mod focus;
mod follow;
mod icon;
mod list;
mod logo;
mod marked;
mod title;

pub use button::{primary, quiet, submit};
pub use countries::Countries;
pub use field::{FieldSpec, field, form_values};
pub use focus::focus_first;
pub use follow::{follow, words};
pub use icon::{Icon, icon};
pub use list::{empty_input, scroll_to};
pub use logo::logo;
pub use marked::marked;
pub use title::title;
