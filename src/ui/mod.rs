//! Parts that know no flow.

mod button;
mod field;
mod icon;
mod logo;
mod marked;
mod title;

pub use button::{Primary, Quiet};
pub use field::{Field, FieldSpec, form_values};
pub use icon::{Icon, icon};
pub use logo::Logo;
pub use marked::marked;
pub use title::Title;
