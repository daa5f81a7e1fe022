use loket_store::Tx;

async fn commit_early(tx: &mut Tx<'_>) {
    tx.commit().await;
}

async fn write_past_the_tables(tx: &mut Tx<'_>) {
    tx.change(1, "DELETE FROM journal", vec![]).await;
}

fn main() {
    let _ = Tx {};
}
