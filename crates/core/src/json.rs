//! JSON that somebody else has parsed, and how types are read from it: a browser brings its own parser along.
//! Knows no type of the contract.
//!
//! What is null, or of another type than it should be, counts as absent.
//! Fields that are not asked for do not matter.

use crate::Secret;

/// A JSON value.
pub trait Json: Sized {
    /// Whether it has fields; an array may count as an object without any.
    fn is_object(&self) -> bool;
    /// The field of that name; `None` for whatever has no fields.
    fn field(&self, name: &str) -> Option<Self>;
    /// The elements of an array.
    fn items(&self) -> Option<Vec<Self>>;
    fn text(&self) -> Option<String>;
    fn number(&self) -> Option<f64>;
    fn flag(&self) -> Option<bool>;

    /// The field of that name as a `T`. Once for each type: inlined, it is most of what a message costs.
    #[inline(never)]
    fn part<T: Read>(&self, name: &str) -> Option<T> {
        T::read(&self.field(name)?)
    }
}

/// A type that can be read from JSON; a type that can also be serialised is read just as serde reads it.
pub trait Read: Sized {
    fn read<J: Json>(json: &J) -> Option<Self>;
}

impl Read for String {
    fn read<J: Json>(json: &J) -> Option<String> {
        json.text()
    }
}

impl Read for Secret {
    fn read<J: Json>(json: &J) -> Option<Secret> {
        json.text().map(Secret::new)
    }
}

impl Read for bool {
    fn read<J: Json>(json: &J) -> Option<bool> {
        json.flag()
    }
}

impl Read for f64 {
    fn read<J: Json>(json: &J) -> Option<f64> {
        json.number()
    }
}

/// Up to 2^53, beyond which a browser's numbers have gaps.
impl Read for u64 {
    fn read<J: Json>(json: &J) -> Option<u64> {
        let number = json.number()?;
        let whole = number as u64;
        (whole as f64 == number && whole <= 1 << 53).then_some(whole)
    }
}

impl Read for u32 {
    fn read<J: Json>(json: &J) -> Option<u32> {
        u64::read(json)?.try_into().ok()
    }
}

impl Read for u16 {
    fn read<J: Json>(json: &J) -> Option<u16> {
        u64::read(json)?.try_into().ok()
    }
}

impl Read for u8 {
    fn read<J: Json>(json: &J) -> Option<u8> {
        u64::read(json)?.try_into().ok()
    }
}

/// All of them or none: a list with holes would pass for a whole one.
impl<T: Read> Read for Vec<T> {
    fn read<J: Json>(json: &J) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for item in json.items()? {
            all.push(T::read(&item)?);
        }
        Some(all)
    }
}

/// For programs that do not run in a browser.
impl Json for serde_json::Value {
    fn is_object(&self) -> bool {
        self.is_object() || self.is_array()
    }

    fn field(&self, name: &str) -> Option<serde_json::Value> {
        self.get(name).cloned()
    }

    fn items(&self) -> Option<Vec<serde_json::Value>> {
        self.as_array().cloned()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(String::from)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
}
