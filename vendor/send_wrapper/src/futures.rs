//! A wrapped future is a future, a wrapped stream a stream.

use super::SendWrapper;
use futures_core::Stream;
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

impl<T> SendWrapper<T> {
    fn pinned(self: Pin<&mut Self>) -> Pin<&mut T> {
        // SAFETY: the value lies in the wrapper, and is pinned as long as that is.
        unsafe { self.map_unchecked_mut(Self::deref_mut) }
    }
}

impl<F: Future> Future for SendWrapper<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.pinned().poll(context)
    }
}

impl<S: Stream> Stream for SendWrapper<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.pinned().poll_next(context)
    }
}
