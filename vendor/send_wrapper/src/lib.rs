//! Stands in for send_wrapper, with its names. At each access that asks which thread it is on, and a thread's handle brings
//! 2.4 KB of the standard library into every first load. WebAssembly without atomics has one thread: nothing is asked there.
//! Everywhere else the thread counts, as it does in the original.

#[cfg(all(target_arch = "wasm32", target_feature = "atomics"))]
compile_error!(
    "With threads the original send_wrapper is needed: take this one out of [patch.crates-io]."
);

#[cfg(feature = "futures")]
mod futures;

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

/// A value that only its own thread may touch, and every thread may hold.
pub struct SendWrapper<T> {
    value: ManuallyDrop<T>,
    home: Thread,
}

// SAFETY: every way to the value asks whether this is its own thread.
unsafe impl<T> Send for SendWrapper<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for SendWrapper<T> {}

impl<T> SendWrapper<T> {
    pub fn new(value: T) -> SendWrapper<T> {
        SendWrapper {
            value: ManuallyDrop::new(value),
            home: here(),
        }
    }

    /// This is its own thread.
    pub fn valid(&self) -> bool {
        self.home == here()
    }

    /// # Panics
    /// On another thread than its own.
    pub fn take(self) -> T {
        self.check();
        let mut this = ManuallyDrop::new(self);
        // SAFETY: it is taken once: `this` is not dropped.
        unsafe { ManuallyDrop::take(&mut this.value) }
    }

    fn check(&self) {
        assert!(self.valid(), "SendWrapper: this is not its thread");
    }
}

impl<T> Deref for SendWrapper<T> {
    type Target = T;

    /// # Panics
    /// On another thread than its own.
    fn deref(&self) -> &T {
        self.check();
        &self.value
    }
}

impl<T> DerefMut for SendWrapper<T> {
    /// # Panics
    /// On another thread than its own.
    fn deref_mut(&mut self) -> &mut T {
        self.check();
        &mut self.value
    }
}

impl<T> Drop for SendWrapper<T> {
    /// # Panics
    /// On another thread than its own, if there is anything to drop.
    fn drop(&mut self) {
        if !std::mem::needs_drop::<T>() {
            return;
        }
        if self.valid() {
            // SAFETY: it is dropped once, here; `take` forgets the wrapper.
            unsafe { ManuallyDrop::drop(&mut self.value) }
        } else if !std::thread::panicking() {
            self.check();
        }
    }
}

impl<T: Clone> Clone for SendWrapper<T> {
    fn clone(&self) -> SendWrapper<T> {
        SendWrapper::new(T::clone(self))
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for SendWrapper<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SendWrapper").field(&**self).finish()
    }
}

#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, PartialEq)]
struct Thread;

#[cfg(target_arch = "wasm32")]
fn here() -> Thread {
    Thread
}

#[cfg(not(target_arch = "wasm32"))]
type Thread = std::thread::ThreadId;

#[cfg(not(target_arch = "wasm32"))]
fn here() -> Thread {
    std::thread::current().id()
}

#[cfg(test)]
mod tests {
    use super::SendWrapper;
    use std::cell::Cell;
    use std::rc::Rc;
    use std::thread;

    #[test]
    fn its_own_thread_has_it() {
        let count = Rc::new(Cell::new(1));
        let mut wrapper = SendWrapper::new(count.clone());
        wrapper.set(2);
        *wrapper = count.clone();
        drop(wrapper.clone());
        assert_eq!(wrapper.take().get(), 2);
        assert_eq!(Rc::strong_count(&count), 1);
    }

    #[test]
    fn another_thread_has_not() {
        let wrapper = SendWrapper::new(Rc::new(1));
        let touched = thread::spawn(move || {
            assert!(!wrapper.valid());
            let touched = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| **wrapper));
            std::mem::forget(wrapper);
            touched.is_ok()
        });
        assert!(!touched.join().expect("it ends"));
    }

    #[test]
    fn dropped_elsewhere_it_panics() {
        let wrapper = SendWrapper::new(Rc::new(1));
        assert!(thread::spawn(move || drop(wrapper)).join().is_err());
    }
}
