//! The configuration.

use super::kind::{Content, Kind, LOADS};
use super::owner::{BETWEEN, patterns};
use super::text::{File, Quoted, literal, without_variables};
use crate::export::note::Notes;
use crate::plan::{Clients, Plan, Redirect, Scheme, Server, Tls};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A whole configuration, for a host that does nothing else, and for trying.
pub(super) fn main(plan: &Plan, server: &Server) -> String {
    let mut file = File::default();
    file.comment(&format!("Written by prov build from `{}`, server `{}`.", plan.program, server.id));
    file.comment("Files are named from this folder: nginx -p THIS_FOLDER -c nginx.conf");
    file.line("worker_processes auto");
    file.block("events", |_| {});
    file.block("http", |file| file.line("include site.conf"));
    file.text()
}

/// What stands in `http { … }`. `kinds` are those of http and https.
pub(super) fn site(
    plan: &Plan,
    server: &Server,
    position: usize,
    kinds: [&BTreeSet<Kind>; 2],
    notes: &mut Notes,
) -> String {
    let mut body = File::default();
    body.block("geo $prov_dollar", |file| file.line("default \"$\""));
    for (scheme, kinds) in super::SCHEMES.into_iter().zip(kinds) {
        let Some(port) = server.port(scheme) else { continue };
        let tls = server.tls.as_ref().filter(|_| scheme == Scheme::Https);
        if scheme == Scheme::Https && tls.is_none() {
            notes.add(format!("server `{}` has https without a certificate: nginx does not serve it", server.id));
            continue;
        }
        let owned = tls.filter(|_| kinds.iter().any(|kind| kind.own));
        if let Some(tls) = owned {
            owners(plan, position, tls, &mut body, notes);
        }
        body.blank();
        body.block("server", |file| {
            listening(server, port, tls, file);
            serving(server, position, scheme, kinds, file, notes);
        });
    }
    let mut file = File::default();
    file.comment(&format!("Written by prov build from `{}`, server `{}`.", plan.program, server.id));
    notes.iter().for_each(|note| file.comment(&format!("Note: {note}.")));
    file.text() + &body.text()
}

/// Whose file a path is, by the certificate of who asks.
fn owners(plan: &Plan, position: usize, tls: &Tls, file: &mut File, notes: &mut Notes) {
    notes.add(
        "nginx sees the subject of a phone's certificate and not its alternative names: a phone that is named there \
         alone does not get files that are its own",
    );
    file.blank();
    file.block(format_args!("map \"$uri{BETWEEN}$ssl_client_s_dn\" $prov_own_{position}"), |file| {
        file.line("default no");
        for pattern in patterns(plan, position, tls) {
            file.line(format_args!("{} yes", Quoted(&pattern)));
        }
    });
}

fn listening(server: &Server, port: u16, tls: Option<&Tls>, file: &mut File) {
    let ssl = if tls.is_some() { " ssl" } else { "" };
    file.line(format_args!("listen {port}{ssl}"));
    if server.addresses.iter().any(IpAddr::is_ipv6) {
        file.line(format_args!("listen [::]:{port}{ssl}"));
    }
    let addresses = server.addresses.iter().map(|address| match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    });
    let names: Vec<String> = server.host.iter().cloned().chain(addresses).collect();
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| Quoted(name).to_string()).collect();
        file.line(format_args!("server_name {}", names.join(" ")));
    }
    let Some(tls) = tls else { return };
    file.line("ssl_certificate tls/certificate.pem");
    file.line("ssl_certificate_key tls/key.pem");
    let verify = match tls.clients {
        Clients::None => return,
        Clients::Request => "optional",
        Clients::Require => "on",
    };
    file.line("ssl_client_certificate tls/clients.pem");
    file.line(format_args!("ssl_verify_client {verify}"));
    // Phones' certificates have an authority between them and the root.
    file.line("ssl_verify_depth 4");
}

/// A request finds the kind of its file first, and with it what is said and asked. What holds in `if` is set there and
/// used below, which is all that nginx promises of `if`.
fn serving(
    server: &Server,
    position: usize,
    scheme: Scheme,
    kinds: &BTreeSet<Kind>,
    file: &mut File,
    notes: &mut Notes,
) {
    let mut redirects: Vec<&Redirect> = server.redirects(scheme).iter().collect();
    redirects.sort_by_key(|redirect| std::cmp::Reverse(redirect.from.len()));
    redirects.into_iter().for_each(|redirect| redirected(redirect, file));
    file.line(format_args!("root files/{scheme}"));
    // Octets as they are: never compressed on the way, never 304, never a part.
    for directive in ["gzip off", "etag off", "if_modified_since off", "max_ranges 0", "default_type \"\""] {
        file.line(directive);
    }
    file.block("types", |_| {});
    let begins = [
        ("kind", "\"\""),
        ("type", "application/octet-stream"),
        ("encoding", "\"\""),
        ("realm", "off"),
        ("owner", "yes"),
        ("allow", "\"\""),
        ("methods", "\"GET, HEAD\""),
        ("path", "$uri"),
    ];
    for (name, value) in begins {
        file.line(format_args!("set $prov_{name} {value}"));
    }
    file.block(format_args!("if (-f $document_root/{LOADS}$uri)"), |file| {
        file.line(format_args!("set $prov_kind {LOADS}"));
    });
    for kind in kinds {
        kind_of(server, position, scheme, *kind, file, notes);
    }
    file.line("set $prov_asked \"$request_method $prov_methods\"");
    file.block("if ($prov_asked !~ \"^(GET|HEAD) |^POST .*POST$\")", |file| {
        file.line("set $prov_allow $prov_methods");
        file.line("return 405");
    });
    file.block("if ($prov_kind = \"\")", |file| file.line("return 404"));
    file.block("if ($prov_owner = no)", |file| file.line("return 403"));
    file.line("add_header Allow $prov_allow always");
    file.line("add_header Content-Type $prov_type");
    file.line("add_header Content-Encoding $prov_encoding");
    file.block("location /", |file| {
        file.line(format_args!("root files/{scheme}/$prov_kind"));
        if kinds.iter().any(|kind| kind.guarded) {
            file.line("auth_basic $prov_realm");
            file.line(format_args!("auth_basic_user_file htpasswd/{scheme}$uri"));
        }
        if kinds.iter().any(|kind| kind.posted) {
            // A file answers no POST; asked again, as GET, it does.
            file.line("error_page 405 =200 $prov_path");
        }
    });
}

/// Elsewhere, before any file is looked for. What was asked for is kept as it was asked, with what stands behind a `?`; the
/// longest path comes first.
fn redirected(redirect: &Redirect, file: &mut File) {
    let rest = if redirect.from.ends_with('/') { "(.*)" } else { "(\\?.*)?" };
    let pattern = format!("^{}{rest}$", literal(&redirect.from));
    file.block(format_args!("if ($request_uri ~ {})", Quoted(&pattern)), |file| {
        file.line(format_args!("return {} {}", redirect.status, Quoted(&format!("{}$1", redirect.to))));
    });
}

fn kind_of(server: &Server, position: usize, scheme: Scheme, kind: Kind, file: &mut File, notes: &mut Notes) {
    let folder = kind.folder();
    file.block(format_args!("if (-f $document_root/{folder}$uri)"), |file| {
        file.line(format_args!("set $prov_kind {folder}"));
        match kind.content {
            Content::Xml => file.line("set $prov_type application/xml"),
            Content::Octets => {}
            Content::Encoded => file.line("set $prov_encoding aes128gcm"),
        }
        if kind.posted {
            file.line("set $prov_methods \"GET, HEAD, POST\"");
        }
        if kind.own {
            file.line(format_args!("set $prov_owner $prov_own_{position}"));
        }
        if let Some(realm) = server.realm(scheme).filter(|_| kind.guarded) {
            // The word by which nginx asks nobody.
            let name = if realm.name == "off" {
                notes.add("nginx takes a realm of the name \"off\" for none: it is called \"realm off\"");
                "realm off".to_owned()
            } else {
                // It stands between quotes in a header (RFC 9110 §5.6.4), where nginx puts it as it is.
                realm.name.replace('\\', "\\\\").replace('"', "\\\"")
            };
            file.line(format_args!("set $prov_realm {}", without_variables(&name)));
        }
    });
}
