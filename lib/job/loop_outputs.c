/* SPDX-License-Identifier: Apache-2.0 */
/* The outputs of the loop: which of them wait for room, and writing what is queued in them. */
#include <poll.h>

#include "job/loop_impl.h"

void loop_add_output(struct loop *loop, struct output *out)
{
	struct output **place = loop->outputs;

	while (*place)
		place++;
	*place = out;
}

bool loop_has_room(const struct loop *loop)
{
	for (size_t i = 0; i < LOOP_OUTPUTS && loop->outputs[i]; i++)
		if (!output_has_room(loop->outputs[i]))
			return false;
	return true;
}

bool loop_is_pending(const struct loop *loop)
{
	for (size_t i = 0; i < LOOP_OUTPUTS && loop->outputs[i]; i++)
		if (loop->outputs[i]->len > 0 && !loop->outputs[i]->may_drop)
			return true;
	return false;
}

void loop_write_outputs(const struct loop *loop)
{
	for (size_t i = 0; i < LOOP_OUTPUTS && loop->outputs[i]; i++)
		output_write(loop->outputs[i]);
}

bool loop_watch_outputs(const struct loop *loop, struct pollfd *pfd)
{
	bool found = false;

	for (size_t i = 0; i < LOOP_OUTPUTS; i++) {
		const struct output *out = loop->outputs[i];
		bool is_left = out && out->len > 0;

		*pfd++ = (struct pollfd){ .fd = is_left ? out->fd : -1, .events = POLLOUT };
		found = found || is_left;
	}
	return found;
}
