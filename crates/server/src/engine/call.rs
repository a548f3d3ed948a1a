//! A call of an aggregator as it is counted and traced.

use crate::engine::work::{Failing, Job, Track};
use crate::metrics::Metrics;
use crate::traces;
use std::time::Instant;
use tracing::Span;

pub(super) struct Call {
    /// The collector's; none where nobody is called.
    pub span: Span,
    /// Whom, and for what.
    whom: Option<(String, &'static str)>,
    began: Instant,
}

impl Call {
    pub fn begin(track: &Track, job: &Job) -> Call {
        let aggregator = &track.course.aggregator;
        let whom = job.name().map(|name| (aggregator.clone(), name));
        let span = whom.as_ref().map_or_else(Span::none, |(aggregator, name)| {
            traces::call(aggregator, name, &track.cause)
        });
        Call {
            span,
            whom,
            began: Instant::now(),
        }
    }

    pub fn end<T>(self, said: &Result<T, Failing>, metrics: &Metrics) {
        let brought = !matches!(said, Err(Failing::Upstream(_)));
        if !brought {
            traces::failed(&self.span);
        }
        if let Some((aggregator, name)) = &self.whom {
            metrics.called(aggregator, name, brought, self.began.elapsed());
        }
    }
}
