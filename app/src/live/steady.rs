//! Lists that are asked for anew as a whole, and stay as they were shown.

use leptos::prelude::*;

/// A list in the order in which it was shown first: those that are no more leave it, and those that come are last, so that
/// nothing else moves under the pointer.
pub(crate) fn steady<T, K>(of: impl Fn() -> Vec<T> + Send + Sync + 'static, key: fn(&T) -> K) -> Memo<Vec<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: PartialEq + 'static,
{
    Memo::new(move |before: Option<&Vec<T>>| in_order(before.map_or(&[], Vec::as_slice), of(), key))
}

fn in_order<T: Clone, K: PartialEq>(before: &[T], fresh: Vec<T>, key: fn(&T) -> K) -> Vec<T> {
    let find = |old: &T| fresh.iter().find(|new| key(new) == key(old)).cloned();
    let mut rows: Vec<T> = before.iter().filter_map(find).collect();
    rows.extend(fresh.into_iter().filter(|new| before.iter().all(|old| key(old) != key(new))));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_is_last_and_whoever_stays_is_as_they_are_now() {
        let rows = in_order(&[(3, "c"), (1, "a"), (2, "b")], vec![(1, "A"), (4, "d"), (3, "c"), (0, "e")], |row| row.0);
        assert_eq!(rows, [(3, "c"), (1, "A"), (4, "d"), (0, "e")]);
        assert_eq!(in_order(&[], vec![2, 1], |row| *row), [2, 1], "at first as it comes");
    }
}
