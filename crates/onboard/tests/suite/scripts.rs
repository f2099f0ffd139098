//! The commands that entries deliver, run by a shell with stand-ins for the programs that they call: what those are given,
//! and what stands among their arguments, where other users of the machine read it.

use crate::support::{Bench, derive, url_of};
use doorstep_onboard::catalog::Catalog;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Notes its arguments apart from everything else that it is given.
const STAND_IN: &str = "#!/bin/sh\nprintf '%s\\n' \"$(basename \"$0\") $*\" >>\"$NOTES/arguments\"\n\
    cat >>\"$NOTES/given\"\nif [ -e /dev/fd/3 ]; then cat <&3 >>\"$NOTES/given\"; fi\n";

const PROGRAMS: [&str; 9] = ["curl", "forgejo", "gitea", "php", "psql", "pvesh", "pveum", "python", "vault"];

/// What a person has to bring, as the setup of the entries says.
const BROUGHT: [(&str, &str); 8] = [
    ("AUDIOBOOKSHELF_API_KEY", "brought-key"),
    ("CLOUDFLARE_API_TOKEN", "brought-key"),
    ("CLOUDFLARE_ACCOUNT_ID", "account"),
    ("JELLYFIN_API_KEY", "brought-key"),
    ("PORTAINER_API_KEY", "brought-key"),
    ("VAULT_ADDR", "https://vault.example.org"),
    ("WIKI_DATABASE", "postgresql://wikijs@db/wiki"),
    ("PGPASSWORD", "brought-key"),
];

/// What the programs were told in their arguments, and what otherwise.
fn run(script: &Path, folder: &Path) -> (String, String) {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    for program in PROGRAMS {
        fs::write(bin.join(program), STAND_IN).unwrap();
        fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    for file in ["arguments", "given"] {
        fs::write(folder.join(file), "").unwrap();
    }
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let mut shell = Command::new("sh");
    shell
        .arg(script)
        .env_clear()
        .env("PATH", path)
        .env("NOTES", folder)
        .envs(BROUGHT)
        .stdin(std::process::Stdio::null());
    let ended = shell.output().unwrap();
    assert!(ended.status.success(), "{}: {ended:?}", script.display());
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    (read("arguments"), read("given"))
}

#[tokio::test]
async fn security_118_no_secret_stands_among_arguments_where_the_app_takes_it_otherwise() {
    let catalog = Catalog::builtin();
    let mut shown = Vec::new();
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        // The commands of opkssh write a file of the machine, and hold no secret.
        if entry.commands.is_empty() || name == "opkssh" {
            continue;
        }
        let bench = Bench::default();
        let text = format!("issuer = 'https://auth.example.org'\n[apps.{name}]\nurl = '{}'\n", url_of(name, entry));
        assert!(bench.apply(&text).await.succeeded(), "{name}");
        let script = bench.dir.path().join(format!("apps/{name}.sh"));
        let secret = derive(&format!("client {name} 1")).expose().clone();
        assert!(fs::read_to_string(&script).unwrap().contains(&secret), "{name}");
        let (arguments, given) = run(&script, bench.dir.path());
        assert!(!arguments.contains("brought-key"), "{name}: {arguments}");
        assert_eq!(arguments.contains(&secret), entry.secret_in_arguments, "{name}: {arguments}");
        assert_ne!(arguments.contains(&secret), given.contains(&secret), "{name} is told the secret once: {given}");
        shown.extend(entry.secret_in_arguments.then_some(name));
    }
    assert_eq!(shown, ["forgejo", "gitea", "proxmox-ve"]);
}
