/* SPDX-License-Identifier: Apache-2.0 */
/* The least a static program can do: what starting any program costs. */
int main(void)
{
	return 0;
}
