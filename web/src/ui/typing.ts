// Where a letter is text and no command.

/** What takes letters itself: text, and lists that are chosen from by typing. Radio buttons and checkboxes take none. */
export const TAKES_LETTERS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [aria-haspopup=listbox], [role=dialog], [role=alertdialog], [role=listbox], [role=menu]";
