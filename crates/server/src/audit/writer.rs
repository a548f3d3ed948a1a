//! Writes lines to a file, in a thread of its own. No line is lost in silence: a full disk is waited for, and what does
//! not find room in the queue meanwhile goes into the ordinary log.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use tokio::sync::oneshot;

/// Lines that may wait: minutes of a busy server.
const ROOM: usize = 10_000;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);

pub struct Writer {
    queue: SyncSender<Order>,
}

enum Order {
    Line(String),
    Reopen,
    /// Everything before is written when this is answered.
    Close(oneshot::Sender<()>),
}

impl Writer {
    pub fn open(file: &Path) -> io::Result<Writer> {
        let target = Target::open(file)?;
        let (queue, orders) = sync_channel(ROOM);
        let thread = std::thread::Builder::new().name("audit log".into());
        thread.spawn(move || target.follow(&orders))?;
        Ok(Writer { queue })
    }

    /// Never waits: whoever is answered must not hang on a disk.
    pub fn write(&self, line: String) {
        let refused = self.queue.try_send(Order::Line(line));
        if let Err(
            TrySendError::Full(Order::Line(line)) | TrySendError::Disconnected(Order::Line(line)),
        ) = refused
        {
            tracing::error!(target: "audit", "the audit log takes no more, so this stands here: audit {line}");
        }
    }

    pub fn reopen(&self) {
        if self.queue.try_send(Order::Reopen).is_err() {
            tracing::error!(target: "audit", "the audit log takes no more and is not opened again");
        }
    }

    pub async fn close(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.try_send(Order::Close(done)).is_ok() {
            // An error means that the thread is gone, and then there is nothing to wait for.
            let _ = written.await;
        }
    }
}

enum Target {
    StandardError,
    File(PathBuf, File),
}

impl Target {
    fn open(file: &Path) -> io::Result<Target> {
        match file.as_os_str() == "-" {
            true => Ok(Target::StandardError),
            false => Ok(Target::File(file.into(), open(file)?)),
        }
    }

    fn follow(mut self, orders: &Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Line(line) => self.write((line + "\n").as_bytes()),
                Order::Reopen => self.reopen(),
                Order::Close(done) => {
                    self.sync();
                    // Nobody may be waiting any more.
                    let _ = done.send(());
                }
            }
        }
    }

    /// Goes on where a disk was full, so that no line is written twice or in part.
    fn write(&mut self, mut rest: &[u8]) {
        let mut told = false;
        while !rest.is_empty() {
            let written = match self {
                Target::StandardError => io::stderr().write(rest),
                Target::File(_, file) => file.write(rest),
            };
            match written {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    if !told {
                        tracing::error!(target: "audit", %error, "the audit log cannot be written; trying again");
                    }
                    told = true;
                    std::thread::sleep(PAUSE);
                }
            }
        }
        if told {
            tracing::info!(target: "audit", "the audit log is written again");
        }
    }

    fn reopen(&mut self) {
        self.sync();
        if let Target::File(name, file) = self {
            match open(name) {
                Ok(new) => *file = new,
                Err(error) => {
                    tracing::error!(target: "audit", %error, "the audit log cannot be opened again, and goes on as before")
                }
            }
        }
    }

    fn sync(&self) {
        if let Target::File(_, file) = self
            && let Err(error) = file.sync_data()
        {
            tracing::error!(target: "audit", %error, "the audit log may not be on the disk yet");
        }
    }
}

/// Nobody else may read a file that is made; one that is there keeps what its operator has allowed.
fn open(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)
}
