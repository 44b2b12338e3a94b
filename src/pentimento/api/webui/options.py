"""The dialect's settings: their defaults, and what each of them means here."""

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import NotRunError, RequestError
from pentimento.words.request import Request


class Setting(NamedTuple):
    """A setting of the reference: the request's field it means, and how its value reads there."""

    field: str
    read: Callable[[Any], Any] = lambda value: value


SETTINGS: Mapping[str, Setting] = {
    "sd_model_checkpoint": Setting("checkpoint"),
    "sd_vae": Setting("vae"),
    "CLIP_stop_at_last_layers": Setting("clip_skip"),
    "emphasis": Setting("emphasis"),
    "comma_padding_backtrack": Setting("comma_backtrack"),
    "enable_prompt_comments": Setting("prompt_comments"),
    "use_old_scheduling": Setting("old_prompt_editing"),
    "randn_source": Setting("noise_source"),
    "eta_noise_seed_delta": Setting("eta_noise_seed_delta"),
    "inpainting_mask_weight": Setting("mask_weight"),
    "initial_noise_multiplier": Setting("initial_noise_multiplier"),
    "img2img_extra_noise": Setting("extra_noise"),
    "img2img_color_correction": Setting("color_correction"),
    "img2img_fix_steps": Setting("exact_steps"),
    "img2img_background_color": Setting("background_color"),
    "overlay_inpaint": Setting("overlay"),
    "s_min_uncond": Setting("s_min_uncond"),
    "s_min_uncond_all": Setting("s_min_uncond_all"),
    "s_churn": Setting("s_churn"),
    "s_tmin": Setting("s_tmin"),
    "s_tmax": Setting("s_tmax"),
    "s_noise": Setting("s_noise"),
    "skip_early_cond": Setting("skip_early_cond"),
    "pad_cond_uncond": Setting("pad_prompts"),
    "always_discard_next_to_last_sigma": Setting("discard_penultimate_sigma"),
    "sgm_noise_multiplier": Setting("sgm_noise_multiplier"),
    "sigma_min": Setting("sigma_min"),
    "sigma_max": Setting("sigma_max"),
    "rho": Setting("rho"),
    "beta_dist_alpha": Setting("beta_alpha"),
    "beta_dist_beta": Setting("beta_beta"),
    "use_old_karras_scheduler_sigmas": Setting("old_karras_sigmas"),
    "enable_quantization": Setting("quantize_timesteps"),
    "use_downcasted_alpha_bar": Setting("downcast_alphas"),
    "sd_noise_schedule": Setting("zero_terminal_snr", lambda value: value == "Zero Terminal SNR"),
    "uni_pc_order": Setting("unipc_order"),
    "uni_pc_variant": Setting("unipc_variant"),
    "uni_pc_skip_type": Setting("unipc_skip"),
    "uni_pc_lower_order_final": Setting("unipc_lower_order_final"),
    "tiling": Setting("tiling"),
    "code_former_weight": Setting("face_weight"),
}

NOT_RUN: Mapping[str, Any] = {
    "extra_networks_default_multiplier": 1.0,
    "hypertile_enable_unet": False,
    "hypertile_enable_vae": False,
    "no_dpmpp_sde_batch_determinism": False,
    "pad_cond_uncond_v0": False,
    "refiner_checkpoint": None,
    "sd_hypernetwork": "None",
    "sd_lora": "None",
    "sd_vae_decode_method": "Full",
    "sd_vae_encode_method": "Full",
    "token_merging_ratio": 0.0,
    "token_merging_ratio_img2img": 0.0,
    "use_old_emphasis_implementation": False,
}
"""Settings and fields of the reference that would change the picture but are not run, and what they must be."""

ETAS = ("eta_ancestral", "eta_ddim")
USUAL = {name: field.default for name, field in Request.model_fields.items()}

# fmt: off
OPTIONS: Mapping[str, Any] = {
    "samples_save": True, "samples_format": "png", "samples_filename_pattern": "", "save_images_add_number": True,
    "save_images_replace_action": "Replace", "grid_save": True, "grid_format": "png", "grid_extended_filename": False,
    "grid_only_if_multiple": True, "grid_prevent_empty_spots": False, "grid_zip_filename_pattern": "", "n_rows": -1,
    "save_images_before_face_restoration": False, "save_images_before_highres_fix": False,
    "save_images_before_color_correction": False, "save_mask": False, "save_mask_composite": False,
    "return_mask": False, "return_mask_composite": False, "jpeg_quality": 80, "webp_lossless": False,
    "export_for_4chan": True, "img_downscale_threshold": 4.0, "target_side_length": 4000.0, "img_max_size_mp": 200.0,
    "save_init_img": False, "save_incomplete_images": False, "outdir_samples": "", "outdir_grids": "",
    "save_to_dirs": True, "grid_save_to_dirs": True, "directories_filename_pattern": "[date]",
    "ESRGAN_tile": 192, "ESRGAN_tile_overlap": 8, "upscaler_for_img2img": None,
    "face_restoration": False, "face_restoration_model": "CodeFormer", "code_former_weight": 0.5,
    "face_restoration_unload": False, "disable_mmap_load_safetensors": False, "list_hidden_files": True,
    "api_enable_requests": False, "api_forbid_local_requests": True, "api_useragent": "",
    "sd_model_checkpoint": None, "sd_checkpoint_hash": "", "sd_checkpoints_limit": 1,
    "sd_checkpoints_keep_in_cpu": True, "sd_checkpoint_cache": 0, "sd_unet": "Automatic", "enable_quantization": False,
    "emphasis": "Original", "enable_batch_seeds": True, "comma_padding_backtrack": 20, "sdxl_clip_l_skip": False,
    "CLIP_stop_at_last_layers": 1, "upcast_attn": False, "randn_source": "GPU", "tiling": False,
    "hires_fix_refiner_pass": "second pass", "enable_prompt_comments": True, "sdxl_crop_top": 0.0,
    "sdxl_crop_left": 0.0, "sdxl_refiner_low_aesthetic_score": 2.5, "sdxl_refiner_high_aesthetic_score": 6.0,
    "sd_vae": "Automatic", "sd_vae_overrides_per_model_preferences": True, "sd_vae_checkpoint_cache": 0,
    "auto_vae_precision_bfloat16": False, "auto_vae_precision": True, "sd_vae_encode_method": "Full",
    "sd_vae_decode_method": "Full", "inpainting_mask_weight": 1.0, "initial_noise_multiplier": 1.0,
    "img2img_extra_noise": 0.0, "img2img_color_correction": False, "img2img_fix_steps": False,
    "img2img_background_color": "#ffffff", "img2img_editor_height": 720,
    "img2img_sketch_default_brush_color": "#ffffff", "img2img_inpaint_mask_brush_color": "#ffffff",
    "img2img_inpaint_sketch_default_brush_color": "#ffffff", "img2img_batch_show_results_limit": 32,
    "overlay_inpaint": True, "cross_attention_optimization": "Automatic", "s_min_uncond": 0.0,
    "s_min_uncond_all": False, "token_merging_ratio": 0.0, "token_merging_ratio_img2img": 0.0,
    "token_merging_ratio_hr": 0.0, "pad_cond_uncond": False, "pad_cond_uncond_v0": False,
    "persistent_cond_cache": True, "batch_cond_uncond": True, "fp8_storage": "Disable", "cache_fp16_weight": False,
    "auto_backcompat": True, "use_old_emphasis_implementation": False, "use_old_karras_scheduler_sigmas": False,
    "no_dpmpp_sde_batch_determinism": False, "use_old_hires_fix_width_height": False,
    "hires_fix_use_firstpass_conds": False, "use_old_scheduling": False, "use_downcasted_alpha_bar": False,
    "refiner_switch_by_sample_steps": False, "lora_functional": False, "interrogate_clip_num_beams": 1,
    "interrogate_clip_min_length": 24, "interrogate_clip_max_length": 48, "interrogate_clip_dict_limit": 1500,
    "interrogate_deepbooru_score_threshold": 0.5, "deepbooru_sort_alpha": True, "deepbooru_use_spaces": True,
    "deepbooru_escape": True, "extra_networks_default_multiplier": 1.0, "extra_networks_add_text_separator": " ",
    "textual_inversion_add_hashes_to_infotext": True, "sd_hypernetwork": "None", "sd_lora": "None",
    "lora_preferred_name": "Alias from file", "lora_add_hashes_to_infotext": True, "lora_in_memory_limit": 0,
    "keyedit_precision_attention": 0.1, "keyedit_precision_extra": 0.05, "return_grid": True,
    "do_not_show_images": False, "interrupt_after_current": True, "send_seed": True, "send_size": True,
    "enable_pnginfo": True, "save_txt": False, "add_model_name_to_info": True, "add_model_hash_to_info": True,
    "add_vae_name_to_info": True, "add_vae_hash_to_info": True, "add_user_name_to_info": False,
    "add_version_to_infotext": True, "disable_weights_auto_swap": True, "infotext_skip_pasting": [],
    "infotext_styles": "Apply if any", "live_previews_enable": True, "live_previews_image_format": "png",
    "show_progress_grid": True, "show_progress_every_n_steps": 10, "show_progress_type": "Approx cheap",
    "live_preview_content": "Prompt", "live_preview_allow_lowvram_full": False, "live_preview_fast_interrupt": False,
    "live_preview_refresh_period": 1000.0, "hide_samplers": [], "eta_ddim": 0.0, "eta_ancestral": 1.0,
    "ddim_discretize": "uniform", "s_churn": 0.0, "s_tmin": 0.0, "s_tmax": 0.0, "s_noise": 1.0, "sigma_min": 0.0,
    "sigma_max": 0.0, "rho": 0.0, "eta_noise_seed_delta": 0, "always_discard_next_to_last_sigma": False,
    "sgm_noise_multiplier": False, "uni_pc_variant": "bh1", "uni_pc_skip_type": "time_uniform", "uni_pc_order": 3,
    "uni_pc_lower_order_final": True, "sd_noise_schedule": "Default", "skip_early_cond": 0.0,
    "beta_dist_alpha": 0.6, "beta_dist_beta": 0.6, "postprocessing_enable_in_main_ui": [],
    "postprocessing_operation_order": [], "hypertile_enable_unet": False, "hypertile_enable_vae": False,
}
"""Every setting that the dialect lists, and its default."""
# fmt: on

_ELSEWHERE = """
auto_launch_browser bgcolor canvas_auto_expand canvas_blur_prompt canvas_disabled_functions canvas_hotkey_adjust
canvas_hotkey_fullscreen canvas_hotkey_grow_brush canvas_hotkey_move canvas_hotkey_overlap canvas_hotkey_reset
canvas_hotkey_shrink_brush canvas_hotkey_zoom canvas_show_tooltip clean_temp_dir_at_start compact_prompt_box
control_net_allow_script_control control_net_detectedmap_dir control_net_models_path control_net_unit_count
custom_hypernetwork_dir dat_enabled_models DAT_tile DAT_tile_overlap dataset_filename_join_string
dataset_filename_word_regex dimensions_and_batch_together directories_max_prompt_words disable_all_extensions
disable_token_counters disabled_extensions dump_stacks_on_signal enable_console_prompts enable_prompt_autocomplete
enable_reloading_ui_scripts enable_upscale_progressbar extra_networks_card_description_is_html
extra_networks_card_height extra_networks_card_order extra_networks_card_order_field extra_networks_card_show_desc
extra_networks_card_text_scale extra_networks_card_width extra_networks_dir_button_function
extra_networks_hidden_models extra_networks_show_hidden_directories extra_networks_tree_view_default_enabled
extra_networks_tree_view_default_width extra_networks_tree_view_style extra_options_accordion extra_options_cols
extra_options_img2img extra_options_txt2img filter_nsfw font gallery_height gradio_theme gradio_themes_cache
grid_background_color grid_text_active_color grid_text_inactive_color hidden_tabs hide_ldm_prints
hires_fix_show_prompts hires_fix_show_sampler images_history_preload img2img_settings_accordion
include_styles_into_token_counters interrogate_clip_skip_categories interrogate_keep_models_in_memory
interrogate_return_ranks js_live_preview_in_modal_lightbox js_modal_lightbox js_modal_lightbox_gamepad
js_modal_lightbox_gamepad_repeat js_modal_lightbox_initially_zoomed keyedit_delimiters keyedit_delimiters_whitespace
keyedit_move localization lora_bundled_ti_to_infotext lora_filter_disabled lora_hide_unknown_for_versions
lora_not_found_gradio_warning lora_not_found_warning_console lora_show_all memmon_poll_rate multiple_tqdm
notification_audio notification_volume open_dir_button_choice outdir_extras_samples outdir_img2img_grids
outdir_img2img_samples outdir_init_images outdir_save outdir_txt2img_grids outdir_txt2img_samples pin_memory
postprocessing_disable_in_extras postprocessing_existing_caption_action prevent_screen_sleep_during_generation
print_hypernet_extra profiling_activities profiling_enable profiling_filename profiling_profile_memory
profiling_record_shapes profiling_with_stack quick_setting_list quicksettings_list realesrgan_enabled_models
restore_config_state_file restore_progress samples_log_stdout save_optimizer_state save_selected_only
save_training_settings_to_txt save_write_log_csv sd_checkpoint_dropdown_use_short sd_vae_as_default
set_scale_by_when_changing_upscaler settings_in_ui shared_gradio_themes_cache show_gradio_deprecation_warnings
show_progress_in_title show_warnings temp_dir textual_inversion_image_embedding_data_cache
textual_inversion_print_at_load training_enable_tensorboard training_image_repeats_per_epoch
training_tensorboard_flush_every training_tensorboard_save_images training_write_csv_every
training_xattention_optimizations txt2img_settings_accordion ui_extra_networks_tab_reorder ui_reorder_list
ui_tab_order unload_models_when_training upscaling_max_images_in_cache use_original_name_batch use_save_to_dirs_for_ui
use_upscaler_name_as_suffix user_metadata_preset
"""
ELSEWHERE = frozenset(_ELSEWHERE.split())
"""Settings that webui has besides: of its pages, folders, training. A job may name them; nothing here heeds them."""

FIXED = frozenset({"api_enable_requests", "api_forbid_local_requests", "api_useragent", "sd_checkpoint_hash"})
"""Settings that are told, and cannot be set."""
FORMATS = ("png", "jpg", "jpeg", "webp")
RESTORERS = tuple(restorer.label for restorer in FaceRestorer if restorer is not FaceRestorer.NONE)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "samples_format": FORMATS,
    "grid_format": FORMATS,
    "face_restoration_model": RESTORERS,
}


def changes(given: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among what a client sent that are known, can be set, and are other than they are shown; null is
    the default. What is not known is left out, because clients send back what other versions told them.

    raises  RequestError for a value that cannot be one
    """
    known = {name: OPTIONS[name] if value is None else value for name, value in given.items() if name in OPTIONS}
    changed = {name: value for name, value in known.items() if name not in FIXED and value != shown[name]}
    for name, value in changed.items():
        _check(name, value)
    return changed


def refuse_unknown(given: Mapping[str, Any]) -> None:
    """Raises RequestError for settings of one job that there are not, as the reference does; null says nothing."""
    known = OPTIONS.keys() | ELSEWHERE
    if unknown := [name for name, value in given.items() if name not in known and value is not None]:
        near = get_close_matches(unknown[0], OPTIONS, 1)
        hint = f"Is {near[0]} meant?" if near else "Leave it out; GET /sdapi/v1/options lists all there are."
        raise RequestError(f"override_settings names {unknown[0][:80]!r}, and no setting is called so", hint)


def refuse_not_run(given: Mapping[str, Any]) -> None:
    """Raises NotRunError for what would change the picture and is not run here."""
    for name, usual in NOT_RUN.items():
        if given.get(name) not in (None, "", "None", usual):
            raise NotRunError(f"{name} is {given[name]!r}, which is not run yet", f"Leave it out, or at {usual!r}.")


def _check(name: str, value: Any) -> None:
    usual = OPTIONS[name]
    kinds = {bool: (bool, int), int: (int, float), float: (int, float), str: (str,), list: (list,)}
    wanted = kinds.get(type(usual), (object,))
    if not isinstance(value, wanted) or not _is_plain(value):
        raise RequestError(f"the option {name} is {value!r}", f"Give a value such as {usual!r}.")
    if name in CHOICES and value not in CHOICES[name]:
        raise RequestError(f"the option {name} is {value!r}", f"There are: {', '.join(CHOICES[name])}.")


def _is_plain(value: Any) -> bool:
    """Whether it can be written to a file: neither infinite nor half a letter."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True
