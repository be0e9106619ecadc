#include "options.h"

const struct run_rows run_rows = OPT_ROWS(RUN_ROWS, NULL);
