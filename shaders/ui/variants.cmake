# The window's draw lists.
list(APPEND IMPASTO_SHADERS
    "ui/draw_list.vert|ui/draw_list.vert"
    "ui/draw_list.frag|ui/draw_list.frag"
    "ui/draw_list.area.frag|ui/draw_list.frag|AREA")
