#include "cli/command.h"

extern const struct sl_command sl_command_init, sl_command_import, sl_command_check, sl_command_account,
    sl_command_why, sl_command_snapshot, sl_command_diff, sl_command_ask, sl_command_history, sl_command_export,
    sl_command_user, sl_command_set, sl_command_coord, sl_command_traverse, sl_command_form, sl_command_pack,
    sl_command_report, sl_command_estimate,
    sl_command_serve, sl_command_debug_simulate, sl_command_debug_rebuild,
    sl_command_debug_verify, sl_command_debug_erase;

/* In the order in which `safelane --help` lists them. */
const struct sl_command *const sl_commands[] = {
    &sl_command_init,
    &sl_command_import,
    &sl_command_check,
    &sl_command_account,
    &sl_command_why,
    &sl_command_snapshot,
    &sl_command_diff,
    &sl_command_ask,
    &sl_command_history,
    &sl_command_export,
    &sl_command_report,
    &sl_command_estimate,
    &sl_command_user,
    &sl_command_set,
    &sl_command_coord,
    &sl_command_traverse,
    &sl_command_form,
    &sl_command_pack,
    &sl_command_serve,
    &sl_command_debug_simulate,
    &sl_command_debug_rebuild,
    &sl_command_debug_verify,
    &sl_command_debug_erase,
    NULL,
};
