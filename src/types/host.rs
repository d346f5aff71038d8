//! Which host is this very machine: what goes there crosses no network.

use std::net::IpAddr;

/// Whether `host`, as an address writes it, is this machine by name or by number.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn this_machine_is_known_by_name_and_by_number() {
        assert!(["localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "::1", "[::1]"].into_iter().all(is_loopback));
        assert!(!["", "127.0.0.1.example.org", "192.168.0.7", "[::2]"].into_iter().any(is_loopback));
    }
}
