//! Parts that know no flow.

mod attributes;
mod button;
mod choice;
mod countdown;
mod countries;
mod field;
mod focus;
mod follow;
mod icon;
mod link;
mod list;
mod logo;
mod marked;
mod money;
mod picture;
mod rows;
mod screen;
mod title;

pub use attributes::{attributes, flag};
pub use button::{primary, quiet, round, submit, unavailable};
pub use choice::{ChoiceSpec, choice, choices};
pub use countdown::{countdown, remaining};
pub use countries::Countries;
pub use field::{FieldSpec, field, form_values};
pub use focus::focus_first;
pub use follow::{follow, words};
pub use icon::{Icon, badge, icon};
pub use link::link;
pub use list::{empty_input, scroll_to};
pub use logo::logo;
pub use marked::marked;
pub use money::money;
pub use picture::{is_picture, picture};
pub use rows::{row, rows, what};
pub use screen::{actions, alert, form, group, paragraph, said, screen};
pub use title::title;
