//! Images are pinned; nothing runs as root, writes where it need not, or keeps rights that it does not use.

use super::files::{root, text, yaml};
use serde_json::Value;

/// Has a version with a number in it, which is not only a name such as `latest` or `3`.
fn is_pinned(image: &str) -> bool {
    let tag = image.rsplit_once(':').map(|(_, tag)| tag);
    tag.is_some_and(|tag| !tag.contains('/') && tag.matches('.').count() >= 1)
}

fn strings(value: &Value) -> Vec<&str> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).collect()
}

#[test]
fn the_image_is_built_of_pinned_ones_and_runs_without_root() {
    let text = text("Dockerfile");
    let lines: Vec<&str> = text.lines().collect();
    let from = |line: &&str| line.strip_prefix("FROM ").map(str::to_owned);
    let images: Vec<String> = lines.iter().filter_map(from).collect();
    assert_eq!(images.len(), 3);
    for image in &images {
        let image = image.split(' ').next().expect("an image");
        assert!(is_pinned(image), "{image}");
    }
    // What reads the file would be an image more, and whichever is the newest.
    assert!(!text.contains("# syntax"));
    let last = text.rsplit("FROM ").next().expect("a stage");
    let user = last.lines().find_map(|line| line.strip_prefix("USER "));
    assert_eq!(user, Some("10001:10001"));
    // No shell, no package manager and no secret is needed for it.
    assert!(!last.lines().any(|line| line.starts_with("RUN ")));
    assert!(last.contains(r#"CMD ["/usr/local/bin/connect-server", "health"]"#));
    assert!(last.contains(r#"ENTRYPOINT ["/usr/local/bin/connect-server"]"#));
    let toml = std::fs::read_to_string(root().join("Cargo.toml")).expect("a file");
    let oldest = toml
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let oldest = oldest.expect("a version").trim_matches('"').to_owned();
    assert!(
        images
            .iter()
            .any(|image| image.starts_with(&format!("rust:{oldest}.")))
    );
}

#[test]
fn nothing_of_this_machine_gets_into_the_image() {
    let ignored = std::fs::read_to_string(root().join(".dockerignore")).expect("a file");
    let lines: Vec<&str> = ignored.lines().collect();
    for left_out in [
        "/target/",
        "/dist/",
        "**/node_modules",
        "**/*.db",
        "**/*.db.keys",
        "**/secrets/",
        ".git",
    ] {
        assert!(lines.contains(&left_out), "{left_out}");
    }
}

#[test]
fn compose_gives_the_server_what_it_needs_and_no_more() {
    let all = yaml("compose.yaml");
    let services = all[0]["services"].as_object().expect("services");
    for (name, service) in services {
        let image = service["image"].as_str().expect("an image");
        assert!(is_pinned(image), "{name}: {image}");
        let options = strings(&service["security_opt"]);
        assert!(options.contains(&"no-new-privileges:true"), "{name}");
        assert!(service["privileged"].is_null(), "{name}");
        for secret in strings(&service["secrets"]) {
            assert!(
                all[0]["secrets"][secret]["file"].is_string(),
                "{name}: {secret}"
            );
        }
        for network in strings(&service["networks"]) {
            assert!(
                all[0]["networks"].get(network).is_some(),
                "{name}: {network}"
            );
        }
    }
    let connect = &services["connect"];
    assert_eq!(connect["read_only"], true);
    assert_eq!(strings(&connect["cap_drop"]), ["ALL"]);
    // Only Caddy is reached from outside; passwords are in files alone.
    assert!(connect["ports"].is_null() && services["postgres"]["ports"].is_null());
    let text = text("compose.yaml");
    assert!(!text.contains("PASSWORD:"));
    assert_eq!(all[0]["networks"]["back"]["internal"], true);
    let proxies = &connect["environment"]["CONNECT_TRUSTED_PROXIES"];
    assert_eq!(
        proxies,
        &all[0]["networks"]["front"]["ipam"]["config"][0]["subnet"]
    );
    let built = &connect["build"]["dockerfile"];
    assert!(root().join(built.as_str().expect("a file")).exists());
    for mount in services
        .values()
        .flat_map(|service| strings(&service["volumes"]))
    {
        let from = mount.split(':').next().expect("a place");
        let is_kept = all[0]["volumes"].get(from).is_some();
        // The operator's own files are not among ours.
        let is_ours = from == "./config" || root().join("deploy").join(from).exists();
        assert!(is_kept || is_ours, "{mount}");
    }
}

#[test]
fn the_proxy_leads_to_the_server_and_waits_longer_than_a_poll() {
    let text = text("Caddyfile");
    assert!(text.contains("reverse_proxy connect:8080"));
    assert!(text.contains("response_header_timeout 60s"));
    assert!(text.contains("header_up X-Request-Id {http.request.uuid}"));
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

#[test]
fn in_kubernetes_it_runs_under_the_restricted_standard() {
    let namespace = &yaml("kubernetes/namespace.yaml")[0];
    let labels = &namespace["metadata"]["labels"];
    assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted");
    let deployment = &yaml("kubernetes/deployment.yaml")[0];
    assert_eq!(deployment["spec"]["replicas"], 2);
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        pod["securityContext"]["seccompProfile"]["type"],
        "RuntimeDefault"
    );
    let container = &pod["containers"][0];
    assert!(is_pinned(container["image"].as_str().expect("an image")));
    let rights = &container["securityContext"];
    assert_eq!(rights["allowPrivilegeEscalation"], false);
    assert_eq!(rights["readOnlyRootFilesystem"], true);
    assert_eq!(strings(&rights["capabilities"]["drop"]), ["ALL"]);
    for (probe, path) in [
        ("startupProbe", "/healthz"),
        ("readinessProbe", "/readyz"),
        ("livenessProbe", "/healthz"),
    ] {
        assert_eq!(container[probe]["httpGet"]["path"], path);
    }
}

#[test]
fn the_manifests_name_one_another_and_no_secret_stands_in_them() {
    let named = serde_json::json!({"app.kubernetes.io/name": "connect"});
    let one = |file: &str| yaml(&format!("kubernetes/{file}")).swap_remove(0);
    let deployment = one("deployment.yaml");
    let spec = &deployment["spec"];
    assert_eq!(spec["template"]["metadata"]["labels"], named);
    assert_eq!(spec["selector"]["matchLabels"], named);
    assert_eq!(one("service.yaml")["spec"]["selector"], named);
    assert_eq!(
        one("disruption.yaml")["spec"]["selector"]["matchLabels"],
        named
    );
    assert_eq!(
        one("network.yaml")["spec"]["podSelector"]["matchLabels"],
        named
    );
    let secrets = yaml("kubernetes/secrets.template.yaml");
    let texts = secrets
        .iter()
        .flat_map(|secret| secret["stringData"].as_object().expect("texts"));
    assert!(texts.into_iter().all(|(_, text)| text == ""));
    let env = spec["template"]["spec"]["containers"][0]["env"]
        .as_array()
        .expect("a list");
    let mut asked = 0;
    for variable in env {
        let from = &variable["valueFrom"]["secretKeyRef"];
        if let Some(key) = from["key"].as_str() {
            let secret = secrets
                .iter()
                .find(|one| one["metadata"]["name"] == from["name"]);
            assert!(
                secret.is_some_and(|one| one["stringData"].get(key).is_some()),
                "{key}"
            );
            asked += 1;
        }
    }
    assert_eq!(asked, 2);
    let host = &one("ingress.yaml")["spec"]["rules"][0]["host"];
    let public = env
        .iter()
        .find(|one| one["name"] == "CONNECT_PUBLIC_URL")
        .expect("it");
    assert_eq!(
        public["value"],
        format!("https://{}", host.as_str().expect("a host"))
    );
}
