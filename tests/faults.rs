//! The run store under faults: processes that are killed, interrupted or at work at once, disks that are full, and stores that
//! were damaged or come from strangers. Nothing stored is lost, and what comes out is the same.

mod desk;
#[path = "desk/fails.rs"]
mod fails;
#[path = "faults/gc.rs"]
mod gc;
#[path = "faults/hostile.rs"]
mod hostile;
#[path = "faults/processes.rs"]
mod processes;
#[cfg(unix)]
#[path = "faults/space.rs"]
mod space;
#[path = "faults/stores.rs"]
mod stores;
#[path = "faults/study.rs"]
mod study;
#[path = "faults/versions.rs"]
mod versions;
