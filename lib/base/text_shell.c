/* SPDX-License-Identifier: Apache-2.0 */
/* Words as a shell reads them. */
#include "base/class.h"
#include "base/text.h"

/* No shell does anything with these characters in a word; as class_has takes them. */
#define ORDINARY "azAZ09__--..//::,,++@@%%"

static bool is_all_visible(const char *word)
{
	size_t n;

	while ((n = text_visible(word)) > 0)
		word += n;
	return !*word;
}

void text_shell(struct text *text, const char *word)
{
	bool visible = is_all_visible(word);

	if (*word && class_has_all(word, ORDINARY)) {
		text_str(text, word);
		return;
	}
	/* The escapes of text_escape are among those of $'', which has \' besides. */
	text_str(text, visible ? "'" : "$'");
	while (*word) {
		size_t n = text_visible(word);

		if (*word == '\'')
			text_str(text, visible ? "'\\''" : "\\'");
		else if (n > 0)
			text_add(text, word, n);
		word += n > 0 ? n : text_escape(text, word);
	}
	text_char(text, '\'');
}
