//! What a command that fails has to say.

use crate::desk::Desk;

impl Desk {
    /// The command fails with the code, says nothing on standard output, and all of the words on standard error.
    #[track_caller]
    pub fn fails(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let said = self.says(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{arguments:?}: {}", said.err);
        for word in words {
            assert!(said.err.contains(word), "{arguments:?}: no `{word}` in {}", said.err);
        }
    }
}
