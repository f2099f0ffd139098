//! What is delivered in each form, with names that every syntax has to escape.

use crate::support::Bench;
use doorstep_onboard::catalog::Catalog;

const CLIENT: &str = "name = 'Probe'\nhomepage = 'https://probe.example'\nkind = 'oidc'\n\
    callbacks = ['{url}/cb']\nscopes = ['openid', 'email']\nnotes = ['A note.']\nsetup = ['Restart it.']\n\
    doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n";

const DECLARED: &str = "issuer = 'https://auth.example.org'\nname = '''Ada's \\ <Home> & \"Co\"'''\n\
    [apps.probe]\nurl = 'https://probe.example.org'\n";

/// Name of the file and its text, for an entry with this form.
async fn delivered(form: &str) -> (String, String) {
    let source: &'static str = format!("{CLIENT}{form}").leak();
    let bench = Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() };
    let report = bench.apply(DECLARED).await;
    assert!(report.succeeded(), "{form}: {report:?}");
    let files: Vec<_> = std::fs::read_dir(bench.dir.path().join("apps")).unwrap().map(Result::unwrap).collect();
    let [file] = files.as_slice() else { panic!("{form}: {files:?}") };
    let name = file.file_name().into_string().unwrap();
    // A second time nothing changes: what is there is known to be ours.
    let second = bench.plan(DECLARED).await;
    assert!(second.apps.is_empty(), "{form}: {second:?}");
    let text = bench.file(&name);
    (name, text)
}

const DOCUMENT: &str = "
enabled = true
count = 3
[FORMAT.sso]
issuer = '{issuer}'
origin = '{issuer_origin}'
name = '{instance}'
id = '{client_id}'
secret = '{client_secret}'
";

#[tokio::test]
async fn each_form_is_written_as_its_readers_read_it() {
    let document =
        |format: &str| DOCUMENT.replace("FORMAT", format).replacen("\nenabled", &format!("[{format}]\nenabled"), 1);
    let listed = |format: &str| format!("{}scopes = ['{{scopes}}']\nothers = ['{{scopes}}', 'x']\n", document(format));
    for (form, file) in [
        (listed("json"), "probe.json"),
        (listed("yaml"), "probe.yaml"),
        (listed("toml"), "probe.toml"),
        (document("ini"), "probe.ini"),
        ("secret_in_arguments = true\ncommands = ['tool add --name {instance|sh} --scopes {scopes_csv|sh} \\', '  --secret {client_secret|sh}']".into(), "probe.sh"),
        ("text = { syntax = 'python', body = '''\nNAME = {instance|quoted}\nSECRET = {client_secret|quoted}\n''' }".into(), "probe.py"),
        ("text = { syntax = 'ruby', body = 'name {instance|quoted}, {client_id|quoted}, {client_secret|quoted}' }".into(), "probe.rb"),
        ("text = { syntax = 'php', body = '$name = {instance|quoted}; $s = {client_secret|quoted};' }".into(), "probe.php"),
        ("text = { syntax = 'javascript', body = 'const name = {instance|json}, s = {client_secret|quoted};' }".replace("{instance|json}", "\"{instance|json}\""), "probe.js"),
        ("text = { syntax = 'xml', body = '<name>{instance|xml}</name><s>{client_secret|xml}</s>' }".into(), "probe.xml"),
        ("text = { syntax = 'properties', body = 'name={instance|line}' }".into(), "probe.properties"),
        ("text = { syntax = 'apache', body = 'OIDCClientSecret {client_secret|line}' }".into(), "probe.conf"),
        ("sheet = { 'Client ID' = '{client_id}', 'Secret' = '{client_secret}', 'Name on the button' = '{instance}' }".into(), "probe.txt"),
    ] {
        let (name, text) = delivered(&form).await;
        assert_eq!(name, file, "{form}");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
    }
}

#[tokio::test]
async fn a_file_of_somebody_else_is_not_replaced_in_any_form() {
    for form in [
        "yaml = { a = '{client_secret}' }",
        "commands = ['x {client_secret|sh}']\nsecret_in_arguments = true",
        "sheet = { A = '{client_secret}' }",
    ] {
        let source: &'static str = format!("{CLIENT}{form}").leak();
        let bench = Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() };
        let name = match form.split(' ').next().unwrap() {
            "yaml" => "probe.yaml",
            "sheet" => "probe.txt",
            _ => "probe.sh",
        };
        let path = bench.dir.path().join("apps").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "#!/bin/sh\n# mine\n").unwrap();
        let declared = "issuer = 'https://auth.example.org'\n[apps.probe]\nurl = 'https://probe.example.org'\n";
        let report = bench.apply(declared).await;
        assert!(!report.succeeded(), "{form}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "#!/bin/sh\n# mine\n", "{form}");
    }
}

/// XML ends a comment's reach at `--`; no other language minds it.
#[tokio::test]
async fn a_note_that_would_break_a_comment_is_not_delivered() {
    const FLAG: &str = "Start it with --flag.";
    const END: &str = "A ?> <b>page</b>.";
    for (syntax, name, note, breaks) in [
        ("xml", "probe.xml", FLAG, Some("it holds `--`")),
        ("ruby", "probe.rb", FLAG, None),
        ("php", "probe.php", FLAG, None),
        ("sh", "probe.sh", FLAG, None),
        ("php", "probe.php", END, Some("it holds `?>`")),
        ("javascript", "probe.js", END, None),
    ] {
        let form = match syntax {
            "sh" => "commands = ['x']".to_owned(),
            _ => format!("text = {{ syntax = '{syntax}', body = 'x' }}"),
        };
        let source: &'static str = format!("{}{form}", CLIENT.replace("A note.", note)).leak();
        let bench = Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() };
        if let Err(mistakes) = bench.try_desired(DECLARED) {
            assert!(breaks.is_some_and(|what| mistakes[0].what.contains(what)), "{syntax}: {mistakes:?}");
            continue;
        }
        assert!(bench.apply(DECLARED).await.succeeded());
        assert!(breaks.is_none() && bench.file(name).contains(note), "{syntax}");
    }
}

#[test]
fn set_reaches_documents_and_variables_and_says_so_elsewhere() {
    let declared =
        "issuer = 'https://auth.example.org'\n[apps.probe]\nurl = 'https://probe.example.org'\nset = { a = 'x' }\n";
    for (form, works) in [
        ("yaml = { a = 'y' }", true),
        ("toml = { a = 'y' }", true),
        ("ini = { a = 'y' }", true),
        ("env = { a = 'y' }", true),
        ("sheet = { a = 'y' }", false),
        ("commands = ['a']", false),
        ("text = { syntax = 'ruby', body = 'a' }", false),
    ] {
        let source: &'static str = format!("{CLIENT}{form}").leak();
        let bench = Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() };
        let read = bench.try_desired(declared);
        assert_eq!(read.is_ok(), works, "{form}");
        if let Err(mistakes) = read {
            assert!(mistakes[0].what.contains("delivered neither"), "{form}: {mistakes:?}");
        }
    }
}

#[tokio::test]
async fn an_app_that_doorstep_stands_in_front_of_gets_its_variables_without_a_client() {
    let source = "name = 'Probe'\nhomepage = 'https://probe.example'\nkind = 'forward_auth'\n\
        doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', first_administrator = 'nobody', anonymous = 'nothing' }\n\
        env = { PROBE_AUTH = 'external', PROBE_KEY = '{random.key}' }\n";
    let bench = Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() };
    let report = bench.apply(DECLARED).await;
    assert!(report.succeeded(), "{report:?}");
    let text = bench.file("probe.env");
    assert!(text.contains("\nPROBE_AUTH=external\nPROBE_KEY="), "{text}");
    assert!(bench.plan(DECLARED).await.apps.is_empty());
    // It is written again when it was lost.
    std::fs::remove_file(bench.dir.path().join("apps/probe.env")).unwrap();
    assert!(bench.apply(DECLARED).await.succeeded());
    assert_eq!(bench.file("probe.env"), text);
}
