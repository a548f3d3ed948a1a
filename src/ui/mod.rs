//! Parts that know no flow.

mod button;
mod field;
mod focus;
mod follow;
mod icon;
mod logo;
mod marked;
mod title;

pub use button::{primary, quiet, submit};
pub use field::{FieldSpec, field, form_values};
pub use focus::focus_first;
pub use follow::{follow, words};
pub use icon::{Icon, icon};
pub use logo::logo;
pub use marked::marked;
pub use title::title;
