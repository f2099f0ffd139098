//! Lists, a page at a time. A page begins after a key and not at a number, so that what is added or removed
//! meanwhile neither repeats a line nor leaves one out.

/// Where a page begins, and how much it holds at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After<K> {
    key: Option<K>,
    limit: usize,
}

impl<K> After<K> {
    /// What one page of a command or of a background task holds.
    pub const LIMIT: usize = 500;

    /// The first page.
    pub const fn start() -> Self {
        Self { key: None, limit: Self::LIMIT }
    }

    /// The page that follows this key.
    pub const fn key(key: K) -> Self {
        Self { key: Some(key), limit: Self::LIMIT }
    }

    /// The same, with at least one and at most `limit` lines; never more than [`Self::LIMIT`].
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.clamp(1, Self::LIMIT);
        self
    }

    /// The key that the page follows; none for the first page.
    pub const fn begins_after(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// How many lines to ask for: one more than the page holds, which tells whether another page follows.
    pub fn ask_for(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
    }

    /// Makes a page of the lines that were found when [`Self::ask_for`] lines were asked for.
    pub fn page<T>(&self, mut found: Vec<T>, key_of: impl Fn(&T) -> K) -> Page<T, K> {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let next = found.last().filter(|_| more).map(key_of);
        Page { items: found, next }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// Its lines, in the order of their keys.
    pub items: Vec<T>,
    /// The key that the next page follows; none on the last page.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// The same page with other lines.
    pub fn map<U>(self, line: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(line).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_another_one_follows() {
        for (found, limit, items, next) in [
            (vec![], 2, vec![], None),
            (vec![1, 2], 2, vec![1, 2], None),
            (vec![1, 2, 3], 2, vec![1, 2], Some(2)),
            (vec![1, 2], 0, vec![1], Some(1)),
        ] {
            let after = After::key(0).limit(limit);
            assert_eq!(after.page(found, |line| *line), Page { items, next });
        }
    }

    #[test]
    fn a_page_is_never_longer_than_the_limit_of_all_pages() {
        let after = After::<i64>::start();
        assert_eq!((after.begins_after(), after.ask_for()), (None, 501));
        assert_eq!(After::key(7).limit(usize::MAX).ask_for(), 501);
        assert_eq!(After::key(7).limit(10).ask_for(), 11);
        assert_eq!(After::key(7).begins_after(), Some(&7));
    }

    #[test]
    fn other_lines_keep_the_key() {
        let page = Page { items: vec![1, 2], next: Some(2) };
        assert_eq!(page.map(|line| line * 10), Page { items: vec![10, 20], next: Some(2) });
    }
}
