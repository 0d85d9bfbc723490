use crate::{Instance, InstanceOptions, Server, execute, sql};

fn shared() -> &'static Server {
    Server::shared(|url| execute(url, "CREATE TABLE t (x INT); INSERT INTO t VALUES (1)")).unwrap()
}

fn rows(url: &str) -> Vec<String> {
    sql::query(url, "SELECT x FROM t ORDER BY x").unwrap()
}

#[test]
fn each_test_gets_its_own_copy_of_the_template() {
    let [one, two] = [(); 2].map(|()| shared().fresh_database().unwrap());
    execute(&one, "INSERT INTO t VALUES (2)").unwrap();
    assert_eq!(rows(&one), ["1", "2"]);
    assert_eq!(rows(&two), ["1"]);
}

#[test]
fn many_threads_may_clone_at_once() {
    let urls: std::collections::HashSet<_> = std::thread::scope(|scope| {
        let clone = || shared().fresh_database().unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(clone)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(urls.len(), 8);
}

#[tokio::test]
async fn works_inside_a_runtime() {
    assert_eq!(rows(&shared().fresh_database().unwrap()), ["1"]);
}

#[test]
fn a_durable_instance_keeps_what_was_committed() {
    let options = InstanceOptions {
        durable: true,
        tcp: true,
    };
    let mut instance = Instance::start_new(options).unwrap();
    let url = instance.url("postgres");
    execute(&url, "CREATE TABLE t (x INT)").unwrap();
    instance.stop().unwrap();
    assert!(execute(&url, "SELECT 1").is_err(), "stopped");
    instance.start().unwrap();
    execute(&url, "INSERT INTO t VALUES (7)").unwrap();
    instance.kill9().unwrap();
    assert!(execute(&url, "SELECT 1").is_err(), "killed");
    instance.start().unwrap();
    assert_eq!(rows(&url), ["7"]);
}

#[test]
fn a_dropped_instance_leaves_nothing() {
    let instance = Instance::start_new(InstanceOptions::default()).unwrap();
    let url = instance.url("postgres");
    let folder = url
        .split('@')
        .nth(1)
        .unwrap()
        .split("/postgres")
        .next()
        .unwrap();
    let folder = std::path::PathBuf::from(folder.replace("%2F", "/"));
    assert!(folder.is_dir());
    drop(instance);
    assert!(!folder.exists());
}
