//! What the process takes of its machine, under the names that all Prometheus clients use; known on Linux alone.
//! Source: "Process metrics", https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug)]
pub struct Process {
    /// Seconds since 1970.
    started: f64,
}

/// Bytes that the process has, and how much of that is in memory.
struct Memory {
    reserved: u64,
    resident: u64,
}

impl Process {
    pub fn new() -> Process {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Process {
            started: now.map_or(0.0, |since| since.as_secs_f64()),
        }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let encoder = &mut encoder;
        let started = ConstGauge::new(self.started);
        put(
            encoder,
            "process_start_time_seconds",
            "When the server started, in seconds since 1970",
            &started,
        )?;
        if let Some(memory) = memory() {
            put(
                encoder,
                "process_resident_memory_bytes",
                "Memory in use",
                &ConstGauge::new(memory.resident as f64),
            )?;
            put(
                encoder,
                "process_virtual_memory_bytes",
                "Memory that is reserved",
                &ConstGauge::new(memory.reserved as f64),
            )?;
        }
        if let Some(open) = open_files() {
            put(
                encoder,
                "process_open_fds",
                "Open files",
                &ConstGauge::new(open as f64),
            )?;
        }
        if let Ok((most, _)) = rlimit::getrlimit(rlimit::Resource::NOFILE) {
            put(
                encoder,
                "process_max_fds",
                "How many files may be open",
                &ConstGauge::new(most as f64),
            )?;
        }
        if let Some(seconds) = processor_seconds() {
            put(
                encoder,
                "process_cpu_seconds",
                "Time on processors",
                &ConstCounter::new(seconds),
            )?;
        }
        Ok(())
    }
}

pub(super) fn put(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    metric: &impl EncodeMetric,
) -> fmt::Result {
    let described = encoder.encode_descriptor(name, help, None, metric.metric_type())?;
    metric.encode(described)
}

/// `VmSize` and `VmRSS` of proc_pid_status(5), in KiB.
fn memory() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let number: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(number * 1024)
    };
    Some(Memory {
        reserved: bytes("VmSize:")?,
        resident: bytes("VmRSS:")?,
    })
}

fn open_files() -> Option<usize> {
    let files = std::fs::read_dir("/proc/self/fd").ok()?;
    // The look itself is one.
    Some(files.count().saturating_sub(1))
}

/// The first field of proc_pid_schedstat(5), in nanoseconds: the only one whose unit needs no question to the system. It is
/// the main thread's in /proc/self, so that all threads' are added.
fn processor_seconds() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let nanoseconds = tasks.filter_map(|task| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Some(nanoseconds.sum::<u64>() as f64 / 1e9)
}
