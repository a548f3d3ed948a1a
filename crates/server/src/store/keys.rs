//! Where the keys of a database are, and whether they are the ones that it was sealed with. The database knows their
//! names and what they can be recognised by, and never a key.

use crate::crypto::digest::parse_sha256;
use crate::crypto::identity::Identity;
use crate::crypto::keys::{Keys, NamedKey};
use crate::store::private_file;
use crate::store::sql::{self, Pool};
use std::path::{Path, PathBuf};

/// Where keys are looked for.
#[derive(Clone, Debug)]
pub enum Source {
    /// They came with the environment.
    Text(String),
    /// Made when it is not there and nothing was sealed yet.
    File(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("the keys in {0} cannot be read: {1}")]
    Unreadable(String, String),
    #[error("the keys in {0} could not be written: {1}")]
    Unwritable(String, std::io::Error),
    #[error(
        "the keys of this database are missing: {0} is not there. Bring it back from where you keep it, or name it with --keys"
    )]
    Missing(String),
    #[error(
        "{0} lacks the sealing key {1:?} that the database was sealed with. Bring it back, or run `connect-server keys reseal` where both are"
    )]
    Lacks(String, String),
    #[error("the key {1:?} in {0} is not the one that the database was sealed with")]
    Another(String, String),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Source::Text(_) => "CONNECT_KEYS".into(),
            Source::File(file) => file.display().to_string(),
        }
    }

    /// The keys that are there.
    pub fn read(&self) -> Result<Option<Keys>, KeysError> {
        let text = match self {
            Source::Text(text) => text.clone(),
            Source::File(file) => match std::fs::read_to_string(file) {
                Ok(text) => {
                    if let Err(error) = private_file::make_private(file) {
                        tracing::warn!(%error, "others may read the keys in {}", file.display());
                    }
                    text
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => {
                    return Err(KeysError::Unreadable(self.name(), error.to_string()));
                }
            },
        };
        let keys = Keys::parse(&text);
        let keys = keys.map_err(|problem| KeysError::Unreadable(self.name(), problem))?;
        Ok(Some(keys))
    }
}

/// Writes a file that only its owner reads; one that is there is replaced in one step.
pub fn write(file: &Path, keys: &Keys) -> Result<(), KeysError> {
    let failed = |error| KeysError::Unwritable(file.display().to_string(), error);
    let beside = file.with_extension("new");
    private_file::create(&beside, keys.to_text().as_bytes()).map_err(failed)?;
    private_file::give_to_owner_of(file, &beside).map_err(failed)?;
    std::fs::rename(&beside, file).map_err(failed)
}

/// What the database knows of its keys.
#[derive(Default)]
struct Known {
    /// Id and mark of each key that something may be sealed with.
    sealing: Vec<(String, String)>,
    identity: Option<(String, String)>,
    /// The key for ids lay in the database itself once.
    own_identity: Option<[u8; 32]>,
}

/// Keys that fit the database.
pub struct Fitting {
    pub keys: Keys,
    /// Users are to be named anew: the identity key is another one than before.
    pub renames: bool,
    /// No server has been started yet with the key that seals now.
    pub is_new: bool,
}

const SEALING: &str = "sealing_key ";
const IDENTITY: &str = "identity_key_mark";
const OWN_IDENTITY: &str = "identity_key";

/// The keys of this database; makes their file when nothing was sealed yet.
pub async fn fitting(pool: &Pool, source: &Source) -> Result<Fitting, KeysError> {
    let known = known(pool).await?;
    let keys = match source.read()? {
        Some(keys) => keys,
        None if !known.sealing.is_empty() => return Err(KeysError::Missing(source.name())),
        None => make(source, &known)?,
    };
    for (id, mark) in &known.sealing {
        match keys.sealing.iter().find(|key| key.id == *id) {
            None => return Err(KeysError::Lacks(source.name(), id.clone())),
            Some(key) if self::mark(key) != *mark => {
                return Err(KeysError::Another(source.name(), id.clone()));
            }
            Some(_) => {}
        }
    }
    let own = mark(&keys.identity);
    let renames = match &known.identity {
        Some((id, mark)) if *id == keys.identity.id && *mark != own => {
            return Err(KeysError::Another(source.name(), id.clone()));
        }
        Some((id, _)) => *id != keys.identity.id,
        None => false,
    };
    if known.identity.is_none()
        && known
            .own_identity
            .is_some_and(|own| own != keys.identity.key)
    {
        tracing::warn!(
            "the key for ids is another one than before: new logins of the same user get other login ids"
        );
    }
    let first = &keys.sealing[0].id;
    let is_new = known.sealing.iter().all(|(id, _)| id != first);
    Ok(Fitting {
        keys,
        renames,
        is_new,
    })
}

/// Remembers which keys are needed from now on.
pub async fn remember(pool: &Pool, keys: &Keys) -> sqlx::Result<()> {
    remember_sealing(pool, keys).await?;
    let identity = format!("{} {}", keys.identity.id, mark(&keys.identity));
    put(pool, IDENTITY, &identity).await?;
    let old = sql::query("DELETE FROM meta WHERE key = ?").bind(OWN_IDENTITY);
    old.execute(pool).await.map(drop)
}

/// As long as a server seals with a key, nobody forgets it for long: not even a command that has sealed everything anew
/// before the server was started with its new key.
pub async fn remember_sealing(pool: &Pool, keys: &Keys) -> sqlx::Result<()> {
    let first = &keys.sealing[0];
    put(pool, &format!("{SEALING}{}", first.id), &mark(first)).await
}

async fn put(pool: &Pool, name: &str, value: &str) -> sqlx::Result<()> {
    let put = "INSERT INTO meta (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value";
    sql::query(put)
        .bind(name)
        .bind(value)
        .execute(pool)
        .await
        .map(drop)
}

/// Everything is sealed with the first key: the others are needed no more.
pub async fn forget_older(pool: &Pool, keys: &Keys) -> sqlx::Result<()> {
    sql::query("DELETE FROM meta WHERE key LIKE ? AND key <> ?")
        .bind(format!("{SEALING}%"))
        .bind(format!("{SEALING}{}", keys.sealing[0].id))
        .execute(pool)
        .await
        .map(drop)
}

/// A new file. Ids that were told before stay the same: the key that the database itself has had goes on in it.
fn make(source: &Source, known: &Known) -> Result<Keys, KeysError> {
    let Source::File(file) = source else {
        return Err(KeysError::Missing(source.name()));
    };
    let mut keys = Keys::new();
    if let Some(own) = known.own_identity {
        keys.identity.key = own;
    }
    write(file, &keys)?;
    tracing::warn!(
        "new keys are in {}: keep a copy of it apart from the database's, without it nobody can read what is sealed",
        file.display()
    );
    Ok(keys)
}

async fn known(pool: &Pool) -> sqlx::Result<Known> {
    let rows = sql::query("SELECT key, value FROM meta")
        .fetch_all(pool)
        .await?;
    let mut known = Known::default();
    for row in rows {
        let (key, value): (String, String) = (row.try_get("key")?, row.try_get("value")?);
        if let Some(id) = key.strip_prefix(SEALING) {
            known.sealing.push((id.to_owned(), value));
        } else if key == IDENTITY {
            let pair = value.split_once(' ');
            known.identity = pair.map(|(id, mark)| (id.to_owned(), mark.to_owned()));
        } else if key == OWN_IDENTITY {
            known.own_identity = parse_sha256(&value);
        }
    }
    Ok(known)
}

/// What a key is recognised by; tells nothing of it.
fn mark(key: &NamedKey) -> String {
    Identity::new(key.key).of(&["mark"])
}
