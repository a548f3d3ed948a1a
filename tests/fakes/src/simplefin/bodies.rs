//! What `/accounts` answers, as literal JSON in both versions of the protocol.

/// An older form is what a client gets that does not ask for the new one.
pub fn accounts(scenario: &str, version_2: bool) -> String {
    let literal = match scenario {
        "v1-reauthenticate" => V1_REAUTHENTICATE,
        "v1-attention" => V1_ATTENTION,
        "v1-fewer-requests" => V1_FEWER_REQUESTS,
        "v1" => V1,
        "empty" if !version_2 => V1_EMPTY,
        _ if !version_2 => V1_DEMO,
        "three-banks" => return three_banks(),
        "message" => MESSAGE,
        "both-lists" => BOTH_LISTS,
        "one-bank-broken" => ONE_BANK_BROKEN,
        "all-banks-broken" => ALL_BANKS_BROKEN,
        "account-failed" => ACCOUNT_FAILED,
        "connection-trouble" => CONNECTION_TROUBLE,
        "connection-down" => CONNECTION_DOWN,
        "general" => GENERAL,
        "unknown-code" => UNKNOWN_CODE,
        "token-revoked" => TOKEN_REVOKED,
        "empty" => EMPTY,
        "custom-currency" => CUSTOM_CURRENCY,
        "odd-texts" => return odd_texts(),
        _ => DEMO,
    };
    literal.to_owned()
}

pub fn payment() -> String {
    r#"{"errlist":[{"code":"gen.","msg":"Payment required"}],"connections":[],"accounts":[]}"#
        .into()
}

const DEMO: &str = r#"{
  "errlist": [], "errors": [],
  "connections": [{"conn_id": "CON-1", "name": "SimpleFIN Demo", "org_id": "ORG-1", "org_url": "https://beta-bridge.simplefin.org", "sfin_url": "https://beta-bridge.simplefin.org/simplefin"}],
  "accounts": [
    {"id": "Demo Savings", "conn_id": "CON-1", "name": "Demo Savings", "currency": "USD", "balance": "115525.50", "available-balance": "115525.50", "balance-date": 1795000000, "transactions": [], "holdings": []},
    {"id": "Demo Checking", "conn_id": "CON-1", "name": "Demo Checking", "currency": "USD", "balance": "-24.05", "balance-date": 1795000000, "transactions": []}
  ]
}"#;

const V1: &str = r#"{
  "errors": [],
  "accounts": [
    {"org": {"domain": "mybank.com", "sfin-url": "https://sfin.mybank.com", "name": "My Bank"}, "id": "2930002", "name": "Savings", "currency": "USD", "balance": "100.23", "available-balance": "75.23", "balance-date": 978366153, "transactions": [{"id": "12394832938403", "posted": 793090572, "amount": "-33293.43", "description": "Uncle Frank's Bait Shop"}]},
    {"org": {"domain": "mybank.com", "sfin-url": "https://sfin.mybank.com", "name": "My Bank"}, "id": "2930003", "name": "Visa Card", "currency": "USD", "balance": "-7.00", "balance-date": 978366153, "transactions": []}
  ]
}"#;

const V1_DEMO: &str = r#"{
  "errors": [],
  "accounts": [
    {"org": {"domain": "beta-bridge.simplefin.org", "sfin-url": "https://beta-bridge.simplefin.org/simplefin", "name": "SimpleFIN Demo"}, "id": "Demo Savings", "name": "Demo Savings", "currency": "USD", "balance": "115525.50", "available-balance": "115525.50", "balance-date": 1795000000, "transactions": [], "holdings": []},
    {"org": {"domain": "beta-bridge.simplefin.org", "sfin-url": "https://beta-bridge.simplefin.org/simplefin", "name": "SimpleFIN Demo"}, "id": "Demo Checking", "name": "Demo Checking", "currency": "USD", "balance": "-24.05", "available-balance": "-24.05", "balance-date": 1795000000, "transactions": [], "holdings": []}
  ]
}"#;

const V1_EMPTY: &str = r#"{"errors": [], "accounts": []}"#;

const V1_REAUTHENTICATE: &str = r#"{"errors": ["You must reauthenticate."], "accounts": []}"#;

const V1_ATTENTION: &str = r#"{
  "errors": ["Connection to My Bank may need attention"],
  "accounts": [{"org": {"domain": "mybank.com", "sfin-url": "https://sfin.mybank.com"}, "id": "2930002", "name": "Savings", "currency": "USD", "balance": "100.23", "balance-date": 978366153}]
}"#;

const V1_FEWER_REQUESTS: &str = r#"{"errors": ["Please make fewer requests. Accounts are only refreshed once every 24 hours."], "accounts": []}"#;

const MESSAGE: &str = r#"{
  "errlist": [{"code": "con.auth", "message": "Please log in again", "conn_id": "CON-2"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}, {"conn_id": "CON-2", "name": "Other Bank", "org_id": "ORG-2", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000}]
}"#;

const BOTH_LISTS: &str = r#"{
  "errlist": [{"code": "act.missingdata", "msg": "Some data is missing", "account_id": "A1", "conn_id": "CON-1"}],
  "errors": ["Some data is missing", "You must reauthenticate."],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000}]
}"#;

const ONE_BANK_BROKEN: &str = r#"{
  "errlist": [{"code": "con.auth", "msg": "Reauthenticate with Other Bank", "conn_id": "CON-2"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}, {"conn_id": "CON-2", "name": "Other Bank", "org_id": "ORG-2", "sfin_url": "https://sfin.example"}],
  "accounts": [
    {"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000},
    {"id": "B1", "conn_id": "CON-2", "name": "Savings", "currency": "USD", "balance": "2.00", "balance-date": 1790000000}
  ]
}"#;

const ALL_BANKS_BROKEN: &str = r#"{
  "errlist": [{"code": "con.auth", "msg": "Reauthenticate with My Bank", "conn_id": "CON-1"}, {"code": "con.auth", "msg": "Reauthenticate with Other Bank", "conn_id": "CON-2"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}, {"conn_id": "CON-2", "name": "Other Bank", "org_id": "ORG-2", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1790000000}]
}"#;

const ACCOUNT_FAILED: &str = r#"{
  "errlist": [{"code": "act.failed", "msg": "This account could not be read", "account_id": "A2", "conn_id": "CON-1"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": [
    {"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000},
    {"id": "A2", "conn_id": "CON-1", "name": "Savings", "currency": "USD", "balance": "0", "balance-date": 0}
  ]
}"#;

const CONNECTION_TROUBLE: &str = r#"{
  "errlist": [{"code": "con.", "msg": "The bank is being looked after", "conn_id": "CON-1"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000}]
}"#;

const CONNECTION_DOWN: &str = r#"{
  "errlist": [{"code": "con.", "msg": "The bank is being looked after", "conn_id": "CON-1"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": []
}"#;

const GENERAL: &str = r#"{
  "errlist": [{"code": "gen.api", "msg": "The start date is too long ago"}],
  "connections": [], "accounts": []
}"#;

const UNKNOWN_CODE: &str = r#"{
  "errlist": [{"code": "con.weather", "msg": "It rains", "conn_id": "CON-1"}, {"code": "moon", "msg": "It is full"}],
  "connections": [{"conn_id": "CON-1", "name": "My Bank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A1", "conn_id": "CON-1", "name": "Checking", "currency": "USD", "balance": "1.00", "balance-date": 1795000000}]
}"#;

const TOKEN_REVOKED: &str = r#"{
  "errlist": [{"code": "gen.auth", "msg": "This access has ended"}],
  "connections": [], "accounts": []
}"#;

const EMPTY: &str = r#"{"errlist": [], "connections": [], "accounts": []}"#;

const CUSTOM_CURRENCY: &str = r#"{
  "errlist": [],
  "connections": [{"conn_id": "CON-1", "name": "Airline", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "MILES", "conn_id": "CON-1", "name": "Miles", "currency": "http://169.254.169.254/miles", "balance": "12000", "balance-date": 1795000000}]
}"#;

/// Three banks, whose accounts have the same ids at each.
fn three_banks() -> String {
    let names = [
        "Checking",
        "High Yield Savings",
        "Visa Platinum",
        "Home Mortgage",
        "Roth IRA",
    ];
    let banks = [
        ("CON-1", "First Bank"),
        ("CON-2", "Second Bank"),
        ("CON-3", "Third Bank"),
    ];
    let connections = banks.map(|(id, name)| {
        format!(r#"{{"conn_id": "{id}", "name": "{name}", "org_id": "ORG", "sfin_url": "https://sfin.example"}}"#)
    });
    let accounts = banks.iter().flat_map(|(bank, _)| {
        names.iter().enumerate().map(move |(number, name)| {
            format!(r#"{{"id": "ACT-{number}", "conn_id": "{bank}", "name": "{name}", "currency": "USD", "balance": "{number}0.50", "balance-date": 1795000000}}"#)
        })
    });
    let accounts: Vec<String> = accounts.collect();
    let (connections, accounts) = (connections.join(","), accounts.join(","));
    format!(r#"{{"errlist": [], "connections": [{connections}], "accounts": [{accounts}]}}"#)
}

fn odd_texts() -> String {
    let long = "very ".repeat(2000);
    format!(
        r#"{{
  "errlist": [{{"code": "act.failed", "msg": "\u0007Line\u0000 one\r\nline \u202etwo {long}", "account_id": "A1", "conn_id": "CON-1"}}],
  "connections": [{{"conn_id": "CON-1", "name": "My\tBank", "org_id": "ORG-1", "sfin_url": "https://sfin.example"}}],
  "accounts": [{{"id": "A1", "conn_id": "CON-1", "name": "\u001b[31mChecking {long}", "currency": "USD", "balance": "1.00", "balance-date": 1795000000}}]
}}"#
    )
}
