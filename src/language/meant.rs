//! Words of other tools for ours: what a voice engineer who knows DHCP servers, DNS zones and phones' own pages writes in a
//! block, and what it is called here.

/// The setting that is meant by a word, in a block of a kind; no promise is made that it is one of the block's.
pub(super) fn setting(what: &str, word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase().replace(['-', '_'], "");
    Some(match (what, word.as_str()) {
        ("server", "ip" | "listen" | "bind" | "addr" | "addresses") => "address",
        ("server", "host" | "hostname" | "fqdn" | "domain") => "name",
        ("server", "firmware" | "loads" | "files" | "root" | "tftproot") => "images",
        ("server", "web" | "status" | "ui") => "dashboard",
        ("server", "log" | "logging") => "syslog",
        ("server", "tls" | "ssl") => "https",
        ("network", "gateway" | "routers" | "defaultgateway" | "gw") => "router",
        ("network", "range" | "ranges" | "dynamic" | "addresses" | "iprange") => "pool",
        ("network", "domainname" | "suffix" | "search") => "domain",
        ("network", "leasetime" | "ttl" | "defaultleasetime") => "lease",
        ("network", "nameserver" | "nameservers" | "dnsserver" | "dnsservers") => "dns",
        ("network", "ntpserver" | "ntpservers" | "timeserver") => "ntp",
        ("network", "iphelper" | "helper" | "giaddr") => "relay",
        ("network", "host" | "reservation" | "static" | "fixed" | "fixedaddress") => "reserve",
        ("network", "cidr" | "prefix" | "network" | "net") => "subnet",
        ("profile", "url" | "path" | "get" | "download" | "location") => "fetch",
        ("profile", "compress" | "compressed" | "zip" | "gz") => "gzip",
        ("profile", "encrypt" | "encrypted" | "encryption" | "aes") => "seal",
        ("profile", "use" | "import" | "extends" | "inherit" | "inherits" | "base") => "include",
        ("profile", "auth" | "login" | "credentials") => "account",
        ("fleet", "inventory" | "devices" | "handsets" | "members") => "phones",
        ("fleet", "device" | "mac") => "phone",
        ("fleet", "profilerule" | "partitions" | "templates" | "files") => "profiles",
        ("fleet", "discovery" | "provisioning" | "dhcp") => "bootstrap",
        ("fleet", "syslog" | "logging") => "log",
        ("fleet", "refresh" | "schedule" | "sync") => "resync",
        ("fleet", "firmware") => "upgrade",
        ("fleet", "subnet" | "scope") => "network",
        ("firmware", "version") => "release",
        ("firmware", "image" | "file" | "loads") => "load",
        ("firmware", "from" | "requires" | "needs") => "after",
        ("test", "mac" | "device") => "phone",
        ("test", "wait" | "sleep" | "advance") => "after",
        ("test", "start" | "reboot" | "power" | "powerup" | "restart") => "boot",
        ("test", "assert" | "check" | "verify" | "should") => "expect",
        ("test", "version" | "load") => "firmware",
        ("test", "resync" | "sync" | "refresh") => "notify",
        ("test", "network" | "outage" | "http" | "https" | "tftp") => "server",
        ("test", "at" | "later" | "then" | "sleeps") => "after",
        ("test", "given" | "running_on" | "upgrade") => "firmware",
        ("zone", "mx" | "ptr") => return None,
        ("service", "address" | "listen") => return None,
        ("service", "cert" | "crt" | "pem") => "certificate",
        ("service", "privatekey" | "keyfile") => "key",
        ("service", "clientca" | "ca" | "clientauth") => "clients",
        ("service", "forwarder" | "forwarders" | "upstream") => "forward",
        ("resync block", "apply" | "within") => "applies",
        ("resync block", "when" | "if") => "only",
        ("resync block", "boot" | "notify") => "on",
        ("resync block", "daily" | "time" | "cron") => "at",
        ("resync block", "interval" | "period" | "periodic" | "each") => "every",
        ("resync block", "error" | "onerror" | "retries") => "retry",
        _ => return None,
    })
}

/// A redirect as it is to be written, with what stands in one that is written otherwise.
pub(super) fn redirect(written: &str) -> String {
    let texts = || written.split('"').skip(1).step_by(2);
    let from = texts().find(|text| text.starts_with('/')).unwrap_or("/old/");
    let to = texts().find(|text| text.contains("://")).unwrap_or("https://prov.example.net/new/");
    let outside: String = written.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let mut words = outside.split_whitespace();
    let for_good = words.any(|word| matches!(word, "301" | "permanent" | "permanently"));
    format!("write `redirect {}\"{from}\" to \"{to}\"`", if for_good { "301 " } else { "" })
}

/// What to write for a DHCP option that is told by its name, as other servers' files and the registry of IANA have it.
pub(super) fn option(name: &str, text: Option<&str>) -> Option<String> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let number = match name.as_str() {
        "subnet-mask" | "netmask" => return Some("leave it out: it follows from `subnet`".into()),
        "routers" | "router" | "gateway" => return Some("write `router ADDRESS`".into()),
        "domain-name-servers" | "dns-server" | "dns-servers" | "dns" => {
            return Some("write `dns ADDRESS`".into());
        }
        "ntp-servers" | "ntp-server" | "ntp" => return Some("write `ntp ADDRESS`".into()),
        "domain-name" | "domain" => {
            return Some(format!("write `domain \"{}\"`", text.unwrap_or("example.com")));
        }
        "lease-time" | "dhcp-lease-time" => return Some("write `lease 8h`".into()),
        "time-offset" => 2,
        "time-servers" => 4,
        "log-servers" | "log-server" | "syslog" => 7,
        "host-name" => 12,
        "mtu" | "interface-mtu" => 26,
        "broadcast-address" => 28,
        "static-routes" => 33,
        "vendor-encapsulated-options" | "vendor-specific" | "vendor" => 43,
        "netbios-name-servers" => 44,
        "vendor-class-identifier" => 60,
        "tftp-server-name" | "tftp-server" | "tftp" => 66,
        "bootfile-name" | "bootfile" | "filename" => 67,
        "domain-search" => 119,
        "sip-servers" | "sip-server" => 120,
        "classless-static-routes" | "rfc3442-classless-static-routes" => 121,
        "tftp-server-address" | "voip-tftp-server" | "voip-tftp-servers" => 150,
        _ => return None,
    };
    Some(format!("write `option {number} = …`"))
}

/// The type of a column that is meant by a word of another language.
pub(super) fn column_type(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "number" | "integer" | "long" | "uint" => "int",
        "text" | "str" | "varchar" | "char" => "string",
        "float" | "double" | "real" => "decimal",
        "boolean" | "yesno" => "bool",
        "macaddress" | "mac_address" | "hwaddr" => "mac",
        "ipaddress" | "ip_address" | "ipv4" | "address" => "ip",
        "subnet" | "cidr" => "prefix",
        "hostname" | "fqdn" | "domain" => "host",
        "password" | "pin" => "secret",
        "uri" => "url",
        "interval" | "timespan" => "duration",
        "digits" | "extension" | "phone" => "digits(3..5)",
        "enum" | "choice" | "oneof" => "\"a\" | \"b\"",
        "list" | "array" => "list of string",
        "phone_model" | "device" | "product" => "model",
        _ => return None,
    })
}

/// What to write for a function of another language.
pub(super) fn function(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name.to_ascii_lowercase().as_str() {
        "env" | "file" => (
            "where a secret is kept is said where it is declared",
            "write `secret NAME = env(\"NAME\")`, and its name here; in a data file or as a default `\"env:NAME\"`",
        ),
        "upper" | "lower" | "trim" | "replace" | "substr" | "substring" | "left" | "right" | "format" | "concat"
        | "str" | "string" => (
            "a program has no functions of texts but its own",
            "join texts in a string, `\"{phone.name} x\"`; what else is needed is a column of the inventory",
        ),
        "range" => ("a range has two dots", "write `for n in 1..4 { … }`"),
        "len" | "length" | "count" | "size" => {
            ("how many items a list has is not asked", "`for x in list { … }` goes through all of them")
        }
        "md5" | "sha256" | "hash" | "random" | "rand" | "uuid" => (
            "the same program gives the same files every time",
            "a key is made by `derive(SECRET, phone.mac)`, which differs from phone to phone",
        ),
        "int" | "float" | "bool" | "mac" => ("nothing is made another type", "give the column the type that is wanted"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_however_they_are_joined() {
        for (what, word, meant) in [
            ("network", "lease-time", Some("lease")),
            ("network", "Gateway", Some("router")),
            ("network", "ip_helper", Some("relay")),
            ("test", "wait", Some("after")),
            ("zone", "mx", None),
            ("profile", "gateway", None),
        ] {
            assert_eq!(setting(what, word), meant, "{word}");
        }
        assert_eq!((column_type("Number"), column_type("mac")), (Some("int"), None));
        assert!(function("env").is_some() && function("label").is_none());
        assert_eq!(option("Interface_MTU", None).as_deref(), Some("write `option 26 = …`"));
        assert_eq!((option("routers", None).as_deref(), option("mt", None)), (Some("write `router ADDRESS`"), None));
    }
}
