//! How often anybody may try anything, and by which address somebody is counted, as the command line says it.

use crate::http::address::{Proxies, ProxyHeader};
use crate::limits::{Setting, table};
use clap::Args;
use ipnet::IpNet;
use std::net::IpAddr;

#[derive(Clone, Debug, Args)]
pub struct LimitOptions {
    /// How often or how many, for one of the limits that `--help` lists; may
    /// be given several times, in the variable separated by commas
    #[arg(
        long = "limit",
        env = "CONNECT_LIMITS",
        help_heading = "Limits",
        value_name = "NAME=RATE",
        value_delimiter = ',',
        value_parser = Setting::parse,
        long_help = limits_help()
    )]
    pub limits: Vec<Setting>,

    /// Address or network of a proxy before this server, such as 10.0.0.0/8,
    /// whose word on who has sent a request is taken; may be given several
    /// times, in the variable separated by commas
    ///
    /// Without it all users behind a proxy count as one address. The addresses
    /// in the header are read from the right, past those of trusted proxies;
    /// what stands further left can be anybody's word.
    #[arg(
        long = "trusted-proxy",
        env = "CONNECT_TRUSTED_PROXIES",
        help_heading = "Limits",
        value_name = "NETWORK",
        value_delimiter = ',',
        value_parser = network
    )]
    trusted_proxies: Vec<IpNet>,

    /// Header in which trusted proxies write it; the other one is not read,
    /// because a proxy hands on what it does not write itself
    #[arg(
        long,
        env = "CONNECT_PROXY_HEADER",
        help_heading = "Limits",
        default_value = "x-forwarded-for",
        value_name = "HEADER"
    )]
    proxy_header: ProxyHeader,
}

impl LimitOptions {
    pub fn proxies(&self) -> Proxies {
        Proxies::new(self.trusted_proxies.clone(), self.proxy_header)
    }
}

fn network(text: &str) -> Result<IpNet, &'static str> {
    let wrong = "must be an address or a network such as 127.0.0.1, 10.0.0.0/8 or fd00::/8";
    let one = || text.parse::<IpAddr>().map(IpNet::from);
    let network: IpNet = text.parse().or_else(|_| one()).map_err(|_| wrong)?;
    match network.prefix_len() {
        0 => Err("must not be everybody: then everybody says whose request it is"),
        _ => Ok(network),
    }
}

fn limits_help() -> String {
    format!(
        "How often or how many; may be given several times, in the variable \
         separated by commas\n\n\
         20/1m: 20 at once, which come back evenly within a minute (s, m, h). \
         A bare number is how many there may be. off: no limit. all=off: none \
         but those that are set after it. Whoever is over a limit is answered \
         429 with Retry-After; users meet none of these by using the widget.\n\
         {}",
        table()
    )
}

#[cfg(test)]
mod tests {
    use crate::commands::CommandLine;
    use crate::limits::Limit;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_long_help_has_a_line_for_each_limit() {
        let help = CommandLine::command().render_long_help().to_string();
        for limit in Limit::all() {
            let begins = |line: &&str| line.trim_start().starts_with(limit.name());
            let line = help
                .lines()
                .find(begins)
                .unwrap_or_else(|| panic!("{}", limit.name()));
            assert!(line.contains(&limit.usual().to_string()), "{line}");
        }
        assert!(
            !CommandLine::command()
                .render_help()
                .to_string()
                .contains("logins-per-user")
        );
    }

    #[test]
    fn wrong_limits_and_networks_are_told_with_what_is_allowed() {
        for (option, value, allowed) in [
            ("--limit", "logins=5/1m", "logins-per-user"),
            ("--limit", "polls-per-user=2,logins-per-user=5", "20/1m"),
            ("--trusted-proxy", "10.0.0.0/33", "10.0.0.0/8"),
            ("--trusted-proxy", "0.0.0.0/0", "must not be everybody"),
            ("--trusted-proxy", "proxy.example", "127.0.0.1"),
            ("--proxy-header", "x-real-ip", "x-forwarded-for, forwarded"),
        ] {
            let given = format!("{option}={value}");
            let Err(error) = CommandLine::try_parse_from(["connect-server", &given]) else {
                panic!("{given} is accepted");
            };
            let text = error.to_string();
            assert!(text.contains(option) && text.contains(allowed), "{text}");
        }
    }
}
