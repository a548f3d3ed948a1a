//! How many connections the system lets the process have: each is an open file.

/// Files that are open beside connections: the database's, listeners, the runtime's own.
const RESERVE: usize = 128;

/// A connection may be given a file of the widget at the same time.
const FILES_PER_CONNECTION: usize = 2;

/// As many connections as are wanted, or as there is room for once the process's limit is as high as it may be.
pub fn room_for(wanted: usize) -> usize {
    let limit = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files is unknown, so that all connections are assumed to have room");
            return wanted;
        }
    };
    let possible = within(limit);
    if possible < wanted {
        tracing::warn!(
            "at most {possible} connections, not {wanted}: the process may have {limit} open files (ulimit -Hn)"
        );
    }
    wanted.min(possible)
}

fn within(limit: usize) -> usize {
    // Where there is little, what is beside connections has to do with half of it.
    let files = limit.saturating_sub(RESERVE).max(limit / 2);
    (files / FILES_PER_CONNECTION).max(1)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_low_limit_leaves_room_for_everything_else() {
        assert_eq!(within(1024), 448);
        assert_eq!(within(20_000), 9936);
        assert_eq!(within(64), 16);
        assert_eq!(within(0), 1);
    }
}
