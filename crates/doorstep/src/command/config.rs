//! `doorstep config show` and `doorstep config schema`.

use crate::config::{Effective, Origin, Place, schema};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::terminal::{printable_json, shown};
use clap::Subcommand;
use serde_json::{Value, json};

/// Show the configuration as it takes effect, or the keys it can have.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Every value that takes effect and where it comes from. Secrets are masked.
    Show(Output),
    /// The JSON Schema of the configuration, from which an editor completes and checks it, in TOML, YAML or JSON.
    Schema(Schema),
}

/// Of which files.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Schema {
    /// Of the files in `apps_dir`, which hold groups and apps only.
    #[arg(long)]
    pub apps: bool,
}

/// Runs it.
pub fn run(command: &Config, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Config::Show(Output { json }) => {
            let loaded = context.settings()?;
            if *json {
                let all: Vec<Value> = loaded.effective().iter().map(as_json).collect();
                context.json(&all)?;
            } else {
                table(loaded.effective(), context)?;
            }
        }
        Config::Schema(Schema { apps }) => context.json(&schema::for_editors(*apps))?,
    }
    Ok(Outcome::Done)
}

/// A value longer than this pushes its origin aside instead of moving the whole column.
const WIDEST: usize = 48;

fn table(all: &[Effective], context: &mut Context<'_>) -> Result<(), Failure> {
    let width = |text: &str| text.chars().count();
    let rows: Vec<(&Effective, String)> = all.iter().map(|one| (one, as_text(one.value.as_ref()))).collect();
    let keys = rows.iter().map(|(one, _)| width(&one.key)).max().unwrap_or_default();
    let values = rows.iter().map(|(_, value)| width(value)).filter(|wide| *wide <= WIDEST).max().unwrap_or_default();
    for (one, value) in &rows {
        let origin = match &one.origin {
            Origin::Default => context.paint().faint("default"),
            written @ Origin::Written(_) => written.to_string(),
        };
        context.line(&format!("{:keys$}  {value:values$}  {origin}", one.key))?;
    }
    Ok(())
}

/// A value for people: no quotes where none are needed, no control characters.
fn as_text(value: Option<&Value>) -> String {
    match value {
        None => "not set".to_owned(),
        Some(Value::String(text)) if !text.is_empty() && shown(text) == *text => text.clone(),
        Some(Value::Array(list)) if !list.is_empty() => {
            list.iter().map(|entry| as_text(Some(entry))).collect::<Vec<_>>().join(", ")
        }
        Some(other) => printable_json(&other.to_string()),
    }
}

fn as_json(one: &Effective) -> Value {
    let origin = match &one.origin {
        Origin::Default => json!({ "kind": "default" }),
        Origin::Written(Place::Env(name)) => json!({ "kind": "environment", "variable": name }),
        Origin::Written(Place::File { file, line, .. }) => json!({ "kind": "file", "file": file, "line": line }),
    };
    json!({ "key": one.key, "value": one.value, "origin": origin })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Streams;
    use crate::options::Global;
    use crate::paint::Paint;
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    /// Stands for the temporary folder; its values are too wide to be aligned.
    const FOLDER: &str = "FOLDER";
    const CANARY: &str = "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E";
    const TEXT: &str = "issuer = \"https://a.example\"\ntrusted_proxies = [\"10.0.0.0/8\", \"unix\"]\n[groups]\nadmins = [\"ada\"]\n[apps.\"x.y\"]\nurl = \"https://x.example\"\nroles = { admins = \"Admin\" }\n";

    fn print(command: &Config) -> String {
        let folder =
            tempfile::Builder::new().prefix("a-folder-so-long-that-its-values-stand-out-of-line").tempdir().unwrap();
        let file = folder.path().join("doorstep.toml");
        fs::write(&file, format!("root_key = \"{CANARY}\"\n{TEXT}")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let url = "postgres://d:canary-password@db/d".to_owned();
        let mut context = Context {
            global: Global::default(),
            env: BTreeMap::from([("DOORSTEP_DATABASE_URL".to_owned(), url)]),
            cwd: folder.path().to_owned(),
            streams: Streams { out: &mut out, err: &mut err, paint: Paint::PLAIN, err_paint: Paint::PLAIN },
        };
        assert_eq!(run(command, &mut context).unwrap(), Outcome::Done);
        String::from_utf8(out).unwrap().replace(&folder.path().display().to_string(), FOLDER)
    }

    const SHOWN: &str = "\
issuer                       https://a.example         doorstep.toml:2
former_issuers               not set                   default
internal_url                 not set                   default
name                         a.example                 default
language                     en                        default
listen                       127.0.0.1:8480            default
listen_grpc                  not set                   default
data_dir                     FOLDER/data               default
apps_dir                     FOLDER/apps.d             default
catalog_dir                  FOLDER/catalog.d          default
trusted_proxies              10.0.0.0/8, unix          doorstep.toml:3
proxy_secret                 not set                   default
root_key                     ••••                      doorstep.toml:1
root_key_path                FOLDER/data/root.key      default
database.url                 postgres://d:••••@db/d    DOORSTEP_DATABASE_URL
tls.certificate              not set                   default
tls.key                      not set                   default
outbound.ca_file             not set                   default
mail.server                  not set                   default
mail.from                    not set                   default
mail.user                    not set                   default
mail.password_file           not set                   default
mail.ca_file                 not set                   default
recovery.mail                off                       default
recovery.admins              false                     default
registration.open            off                       default
registration.domains         []                        default
registration.groups          []                        default
log.format                   text                      default
log.level                    info                      default
log.file                     not set                   default
sign_in.passwords            false                     default
sign_in.password_checks      2                         default
sign_in.console              two_factors               default
session.idle                 28d                       default
session.absolute             28d                       default
tokens.access                1h                        default
tokens.refresh               30d                       default
tokens.id                    1h                        default
forward_auth.session         7d                        default
audit.keep                   365d                      default
onboard.apply                auto                      default
onboard.mend_every           10m                       default
sinks.kubernetes.kubeconfig  not set                   default
sinks.kubernetes.context     not set                   default
sinks.sops.age_recipients    not set                   default
sinks.age.recipients         not set                   default
sinks.vault.address          not set                   default
sinks.vault.namespace        not set                   default
sinks.vault.token_file       not set                   default
sinks.vault.app_role.mount   not set                   default
sinks.vault.app_role.role_id not set                   default
sinks.vault.app_role.secret_id_file not set                   default
sinks.vault.kubernetes.mount not set                   default
sinks.vault.kubernetes.role  not set                   default
sinks.vault.kubernetes.token_file not set                   default
sinks.bitwarden.token_file not set                   default
sinks.bitwarden.api not set                   default
sinks.bitwarden.identity not set                   default
groups.admins                ada                       doorstep.toml:5
apps.\"x.y\".url               https://x.example         doorstep.toml:7
apps.\"x.y\".roles.admins      Admin                     doorstep.toml:8
";

    #[test]
    fn show_tells_each_value_and_its_origin_with_secrets_masked() {
        let shown = print(&Config::Show(Output { json: false }));
        let squeeze = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(squeeze(&shown), squeeze(SHOWN));
        let column = |needle: &str, line: &str| line.find(needle).map(|at| line[..at].chars().count());
        let columns: Vec<_> =
            shown.lines().filter(|line| !line.contains(FOLDER)).filter_map(|line| column("default", line)).collect();
        assert!(columns.len() > 10 && columns.windows(2).all(|two| two[0] == two[1]), "{shown}");
    }

    #[test]
    fn security_101_no_form_of_show_holds_a_secret() {
        for json in [false, true] {
            let shown = print(&Config::Show(Output { json }));
            assert!(!shown.contains("canary") && !shown.contains(CANARY), "{shown}");
            assert!(shown.contains("••••"));
        }
    }

    #[test]
    fn show_as_json_says_the_same() {
        let all: Value = serde_json::from_str(&print(&Config::Show(Output { json: true }))).unwrap();
        let one = |key: &str| all.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap().clone();
        assert_eq!(one("issuer")["origin"], json!({ "kind": "file", "file": "doorstep.toml", "line": 2 }));
        assert_eq!(
            one("database.url")["origin"],
            json!({ "kind": "environment", "variable": "DOORSTEP_DATABASE_URL" })
        );
        assert_eq!(one("log.file"), json!({ "key": "log.file", "value": null, "origin": { "kind": "default" } }));
        assert_eq!(one("trusted_proxies")["value"], json!(["10.0.0.0/8", "unix"]));
    }

    #[test]
    fn the_schema_describes_every_key() {
        fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
            for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
                let path = format!("{path}.{key}");
                if schema["description"].as_str().is_none_or(str::is_empty) {
                    found.push(path.clone());
                }
                undescribed(schema, &path, found);
                undescribed(&schema["additionalProperties"], &path, found);
            }
        }
        let schema: Value = serde_json::from_str(&print(&Config::Schema(Schema { apps: false }))).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["title"], "The configuration of Doorstep");
        assert_eq!(schema["required"], json!(["issuer"]));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["session"]["properties"]["idle"]["default"], "28d");
        assert_eq!(schema["properties"]["apps"]["additionalProperties"]["required"], json!(["url"]));
        let mut found = Vec::new();
        undescribed(&schema, "", &mut found);
        assert_eq!(found, Vec::<String>::new());
        assert!(!schema.to_string().contains("\"null\"") && !schema.to_string().contains("\"$ref\""));
    }
}
