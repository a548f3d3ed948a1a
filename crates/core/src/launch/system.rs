//! The systems whose pages the widget speaks to, by name; what each says and hears only `host` knows.

/// A further system is a line here and one in `host/mod.rs`.
macro_rules! systems {
    ($($system:ident = $name:literal;)+) => {
        /// Whose messages the host page understands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum System {
            $($system,)+
        }

        impl System {
            /// The first that knows an address speaks there; the last one speaks wherever none of the others does.
            pub const ALL: &[System] = &[$(System::$system),+];

            /// What servers call it in the page.
            pub fn name(self) -> &'static str {
                match self {
                    $(System::$system => $name,)+
                }
            }
        }
    };
}

systems! {
    Wealthica = "wealthica";
    MoneyKit = "moneykit";
    Flinks = "flinks";
    Meld = "meld";
    UcwV2 = "ucw_v2";
    Ucw = "ucw";
    Native = "native";
}

#[expect(
    clippy::derivable_impls,
    reason = "each system is one line, without marks"
)]
impl Default for System {
    fn default() -> System {
        System::Native
    }
}

impl System {
    /// The system that the server named in the page.
    pub fn by_name(name: &str) -> System {
        let mut all = System::ALL.iter().copied();
        all.find(|system| system.name() == name).unwrap_or_default()
    }
}
