#include "app/coordinates.h"
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct sl_command sl_command_coord;

enum { BLOCK = 1 << 16, LINE_MAX_BYTES = 1 << 26 };

struct work {
	struct sl_coordinates_question question;
	struct sl_buf answers;
	bool refused; /* some line could not be read */
};

static enum sl_code answer_line(struct work *w, struct sl_str line, struct sl_err *e)
{
	struct sl_err line_e = {0};
	enum sl_code code = sl_coordinates_answer(&w->question, line, &w->answers, &line_e);

	if (code == SL_NOMEM) {
		*e = line_e;
		return code;
	}
	if (code) {
		w->refused = true;
		sl_buf_puts(&w->answers, "error: ");
		sl_buf_puts(&w->answers, line_e.msg);
	}
	sl_buf_putc(&w->answers, '\n');
	return sl_buf_check(&w->answers, e);
}

/* What has been asked is answered before more is waited for, so that another program can talk with this
 * one line by line. */
static enum sl_code print_answers(struct work *w, struct sl_err *e)
{
	size_t n = fwrite(w->answers.p, 1, w->answers.n, stdout);

	if (n < w->answers.n || fflush(stdout))
		return sl_fail(e, SL_IO, "standard output: %s", strerror(errno));
	sl_buf_clear(&w->answers);
	return SL_OK;
}

/* Answers the complete lines at the front of the input and keeps the rest of the last one. */
static enum sl_code answer_lines(struct work *w, struct sl_buf *input, struct sl_err *e)
{
	size_t start = 0;
	char *end;

	while (start < input->n && (end = memchr(input->p + start, '\n', input->n - start))) {
		struct sl_str line = {input->p + start, (size_t)(end - input->p) - start};

		if (answer_line(w, line, e))
			return e->code;
		start += line.n + 1;
	}
	if (start) {
		memmove(input->p, input->p + start, input->n - start);
		input->n -= start;
	}
	if (input->n > LINE_MAX_BYTES)
		return sl_fail(e, SL_INVALID, "standard input: a line of more than %d MB", LINE_MAX_BYTES >> 20);
	return w->answers.n ? print_answers(w, e) : SL_OK;
}

static enum sl_code answer_input(const struct sl_env *env, struct work *w, struct sl_buf *input,
                                 struct sl_err *e)
{
	for (;;) {
		char *room = sl_buf_room(input, BLOCK);
		ssize_t got;

		if (!room)
			return sl_fail(e, SL_NOMEM, "out of memory");
		got = read(STDIN_FILENO, room, BLOCK);
		if (sl_env_stopped(env))
			return sl_fail(e, SL_CANCELLED, "stopped");
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return sl_fail(e, SL_IO, "standard input: %s", strerror(errno));
		if (!got)
			break;
		input->n += (size_t)got;
		if (answer_lines(w, input, e))
			return e->code;
	}
	if (!input->n)
		return SL_OK;
	return answer_line(w, sl_buf_view(input), e) ? e->code : print_answers(w, e);
}

static int run(struct sl_env *env, int argc, char **argv)
{
	const char *to = NULL;
	bool distance = false, area = false, declination = false;
	struct work w = {.question.format = SL_COORD_DD};
	const struct sl_option options[] = {
		{"--to", SL_OPTION_TEXT, &to},
		{"--corner", SL_OPTION_FLAG, &w.question.corner},
		{"--distance", SL_OPTION_FLAG, &distance},
		{"--area", SL_OPTION_FLAG, &area},
		{"--declination", SL_OPTION_FLAG, &declination},
		{NULL, SL_OPTION_FLAG, NULL},
	};
	struct sl_buf input = {0};
	struct sl_err e = {0};
	enum sl_code code;
	int n = sl_options(&sl_command_coord, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (to && !sl_coord_format_from(sl_str_from(to), &w.question.format))
		return sl_usage_error("coord: --to %s: dd, dm, dms, utm and mgrs are known", to);
	if (distance + area + declination + (to != NULL) > 1)
		return sl_usage_error("coord: give one of --to, --distance, --area and --declination");
	w.question.task = distance      ? SL_COORDINATES_DISTANCE
	                  : area        ? SL_COORDINATES_AREA
	                  : declination ? SL_COORDINATES_DECLINATION
	                                : SL_COORDINATES_CONVERT;
	for (int i = 1; i <= n; i++) {
		sl_buf_puts(&input, i > 1 ? " " : "");
		sl_buf_puts(&input, argv[i]);
	}
	if (n) {
		code = sl_buf_check(&input, &e);
		if (!code)
			code = answer_line(&w, sl_buf_view(&input), &e);
		if (!code)
			code = print_answers(&w, &e);
	} else {
		code = answer_input(env, &w, &input, &e);
	}
	sl_buf_done(&input);
	sl_buf_done(&w.answers);
	return code ? sl_report_error(&e) : w.refused;
}

const struct sl_command sl_command_coord = {
	"coord",
	run,
	"convert coordinates; geodesic distances, areas; declination",
	"usage: safelane coord [--to dd|dm|dms|utm|mgrs] [--corner] [TEXT...]\n"
	"       safelane coord --distance [LAT LON LAT LON ...]\n"
	"       safelane coord --area [LAT LON LAT LON LAT LON ...]\n"
	"       safelane coord --declination [LAT LON HEIGHT_M DECIMAL_YEAR]\n"
	"\n"
	"The text, or each line of standard input, is one question; the answers come line by line in\n"
	"the same order. A line that cannot be read answers \"error: reason\", and the rest go on; then\n"
	"the exit status is 1.\n"
	"\n"
	"A position is written in any of these ways, latitude first unless letters say otherwise:\n"
	"  13.5 102.7                                 decimal degrees\n"
	"  13°30.000'N 102°42.000'E                   degrees and minutes\n"
	"  13°30'00.0\"N 102°42'00.0\"E                 degrees, minutes and seconds\n"
	"  48N 251034 1493597                         UTM; N and S are hemispheres\n"
	"  48PTV5103393596                            MGRS\n"
	"\n"
	"  --to FORMAT   how to answer; dd when it is not given\n"
	"  --corner      take an MGRS reference as the south-west corner of its square, not its centre\n"
	"  --distance    metres along the geodesics from position to position\n"
	"  --area        square metres of the ring, its edges geodesics, on WGS 84\n"
	"  --declination degrees from true to magnetic north, east positive (World Magnetic Model, 2015 to 2030)\n",
};
