# The catalogues of po/ in the binary: for C as gettext compiles them (src/model/locale.c reads them), for the pages
# as modules of one language, made by tools/texts.mjs.
# sl_catalogues(TARGET PAGES) sets PAGES to pairs of path and file ("text/xx.js", "help/xx.js", ...), for sl_embed.
function(sl_catalogues target pages)
  find_program(msgfmt msgfmt REQUIRED)
  find_program(node NAMES node nodejs REQUIRED)
  set(out ${CMAKE_BINARY_DIR}/catalogues)
  file(MAKE_DIRECTORY ${out})
  set(table "/* Made by tools/catalogues.cmake. */\n\t.section .data.rel.ro,\"aw\",%progbits\n\t.balign 8\n"
    "\t.globl sl_locale_files\nsl_locale_files:\n\t.quad 10f, 11f, 11f\n")
  set(data "\t.section .rodata\n10:\t.asciz \"en\"\n11:\t.byte 0\n")
  set(compiled "")
  set(modules "")
  set(n 2)
  file(GLOB catalogues CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/po/*.po)
  foreach(po ${catalogues})
    get_filename_component(code ${po} NAME_WE)
    set(mo ${out}/${code}.mo)
    add_custom_command(OUTPUT ${mo} DEPENDS ${po} COMMAND ${msgfmt} --check --output-file=${mo} ${po} VERBATIM)
    set(module ${out}/${code}.js)
    set(help ${out}/help-${code}.js)
    set(field ${out}/field-${code}.js)
    set(enter ${out}/enter-${code}.js)
    set(report ${out}/report-${code}.js)
    set(settings ${out}/settings-${code}.js)
    add_custom_command(OUTPUT ${module} ${help} ${field} ${enter} ${report} ${settings}
      DEPENDS ${mo} ${CMAKE_SOURCE_DIR}/web/text/en.js ${CMAKE_SOURCE_DIR}/web/help/en.js ${CMAKE_SOURCE_DIR}/web/field/text/en.js
        ${CMAKE_SOURCE_DIR}/web/enter/text/en.js ${CMAKE_SOURCE_DIR}/web/report/text/en.js
        ${CMAKE_SOURCE_DIR}/web/settings/text/en.js ${CMAKE_SOURCE_DIR}/tools/texts.mjs
      COMMAND ${node} ${CMAKE_SOURCE_DIR}/tools/texts.mjs module ${code} ${mo} ${module} ${help} ${field} ${enter} ${report} ${settings} VERBATIM)
    string(APPEND table "\t.quad ${n}0f, ${n}1f, ${n}2f\n")
    string(APPEND data "${n}0:\t.asciz \"${code}\"\n${n}1:\t.incbin \"${mo}\"\n${n}2:\t.byte 0\n")
    list(APPEND compiled ${mo})
    list(APPEND modules text/${code}.js ${module} help/${code}.js ${help} field/text/${code}.js ${field} enter/text/${code}.js ${enter} report/text/${code}.js ${report}
      settings/text/${code}.js ${settings})
    math(EXPR n "${n} + 1")
  endforeach()
  list(JOIN table "" table)
  file(GENERATE OUTPUT ${out}/languages.S
    CONTENT "${table}\t.globl sl_locale_files_end\nsl_locale_files_end:\n${data}\t.section .note.GNU-stack,\"\",%progbits\n")
  set_source_files_properties(${out}/languages.S PROPERTIES GENERATED TRUE OBJECT_DEPENDS "${compiled}" LANGUAGE ASM)
  target_sources(${target} PRIVATE ${out}/languages.S)
  set(${pages} ${modules} PARENT_SCOPE)
endfunction()
