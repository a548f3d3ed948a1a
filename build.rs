//! Asks the linker for what the tool needs that cuts the widget's program in two.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if wasm && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // An uncut program would keep these sections: 1.3 MB of them.
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
}
