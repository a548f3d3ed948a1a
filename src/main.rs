//! Mounts the widget.

fn main() {
    connect_widget::start();
}
