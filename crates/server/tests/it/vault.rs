//! Reads and writes what a server has sealed, with the keys beside its database: the form is written down here once more.

use crate::support::TestServer;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use connect_server::sql;
use serde_json::Value;

pub struct Vault {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Vault {
    pub fn of(server: &TestServer) -> Vault {
        let file = server.directory.path("connect.db.keys");
        let text = std::fs::read_to_string(file).expect("the keys");
        let keys: Value = serde_json::from_str(&text).expect("JSON");
        let first = &keys["sealing"][0];
        let text = |name: &str| first[name].as_str().expect("a text").to_owned();
        let hex = text("key");
        let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex");
        let key: [u8; 32] = std::array::from_fn(byte);
        Vault {
            id: text("id"),
            cipher: XChaCha20Poly1305::new(&key.into()),
        }
    }

    pub fn open(&self, place: &str, sealed: &[u8]) -> String {
        let (head, rest) = sealed.split_at(2 + self.id.len());
        let length = u8::try_from(self.id.len()).expect("it is short");
        assert_eq!(head, [&[1, length], self.id.as_bytes()].concat());
        let (salt, text) = rest.split_first_chunk::<24>().expect("a salt");
        let payload = Payload {
            msg: text,
            aad: place.as_bytes(),
        };
        let text = self.cipher.decrypt(&XNonce::from(*salt), payload);
        String::from_utf8(text.expect("it was sealed for this place")).expect("a text")
    }

    pub fn seal(&self, place: &str, text: &str) -> Vec<u8> {
        let length = u8::try_from(self.id.len()).expect("it is short");
        let (salt, payload) = (
            [7; 24],
            Payload {
                msg: text.as_bytes(),
                aad: place.as_bytes(),
            },
        );
        let sealed = self.cipher.encrypt(&XNonce::from(salt), payload);
        let sealed = sealed.expect("it is short");
        [&[1, length], self.id.as_bytes(), &salt, &sealed].concat()
    }
}

/// A column of all rows, as it was before it was sealed.
pub async fn kept(server: &TestServer, table: &str, key: &str, column: &str) -> Vec<String> {
    let vault = Vault::of(server);
    let select = format!("SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL");
    let database = server.database().await;
    let rows = sql::query(select)
        .fetch_all(&database)
        .await
        .expect("the table");
    let open = |row: &sql::Row| {
        let key: String = row.try_get(key).expect("its key");
        let sealed: Vec<u8> = row.try_get(column).expect("it is sealed");
        vault.open(&format!("{table}.{column} {key}"), &sealed)
    };
    rows.iter().map(open).collect()
}

/// Makes another document of an institution's.
pub async fn rewrite(server: &TestServer, id: &str, change: impl FnOnce(&mut Value)) {
    let (vault, place) = (Vault::of(server), format!("institutions.document {id}"));
    let database = server.database().await;
    let sealed: Vec<u8> = sql::query_scalar("SELECT document FROM institutions WHERE id = ?")
        .bind(id)
        .fetch_one(&database)
        .await
        .expect("the institution");
    let mut document = serde_json::from_str(&vault.open(&place, &sealed)).expect("JSON");
    change(&mut document);
    sql::query("UPDATE institutions SET document = ? WHERE id = ?")
        .bind(vault.seal(&place, &document.to_string()))
        .bind(id)
        .execute(&database)
        .await
        .expect("it is written");
}
