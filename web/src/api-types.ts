// Written by tools/apitypes.py; run `make docs` instead of editing.

/** What is to be different this time. */
export interface Again {
  /** which checkpoint paints instead, in all rounds that led to it; null: the same */
  checkpoint?: string | null;
  /** hash of the picture to begin with instead; masks are scaled to it. Null: the same */
  image?: string | null;
}

/** What part of the picture is worked on. */
export type Area = "whole picture" | "only masked";

export interface AtValue {
  /** id of the round */
  round: string;
  /** which of its candidates, counted from 0 */
  number: number;
}

/** What can be varied. */
export interface AxisOption {
  /** what an axis begins with, before = */
  name: string;
  /** what it is called; where webui's X/Y/Z plot has it, as there */
  label: string;
  /** that plot has it */
  plotted: boolean;
}

export interface AxisValue {
  /** what is varied; empty for nothing */
  name: string;
  /** its values */
  labels: readonly string[];
}

/** What changed where the mask is 0. */
export interface BackgroundValue {
  /** largest difference of any sample; 0: nothing changed */
  largest: number;
  /** how many samples were compared */
  samples: number;
}

export interface Body_import_picture_api_v1_pictures_import_post {
  /** what `export` gave */
  file: string;
}

export interface Body_keep_file_api_v1_files_post {
  /** PNG (8 or 16 bit), JPEG, WebP, AVIF and others */
  file: string;
}

export interface BoxValue {
  /** image pixels, origin top left */
  left: number;
  /** image pixels */
  top: number;
  /** image pixels, exclusive */
  right: number;
  /** image pixels, exclusive */
  bottom: number;
}

/** The job was cancelled; pictures that were done stay. The last event. */
export interface CancelledValue {
  /** the event's name; default "cancelled" */
  kind: "cancelled";
}

/** A finished picture of a round. */
export interface CandidateValue {
  /** counted from 0 */
  number: number;
  /** hash of its PNG: GET /api/v1/files/{hash} */
  file: string;
  /** its size */
  size: SizeValue;
  /** the seed that makes this one alone */
  seed: number;
  /** the variation seed that belongs to it */
  variation_seed: number;
  /** settings text that its file carries */
  parameters: string;
  /** false where it was ended early */
  complete: boolean;
  /** where was painted; null without a mask */
  mask: MaskValue | null;
  /** what changed outside the mask; null without one */
  background: BackgroundValue | null;
  /** which faces were found; null where none were looked for */
  faces: FacesValue | null;
  /** hash of its PNG with the faces as they were; null where none changed */
  unrestored: string | null;
  /** it lies in the bin by itself */
  binned: boolean;
}

/** One place of the grid. */
export interface CellValue {
  /** counted from 0 */
  x: number;
  /** counted from 0 */
  y: number;
  /** counted from 0 */
  z: number;
  /** id of its job; null where there is none */
  job: string | null;
  /** of its job, also where that is forgotten; null where there was none */
  state: State | null;
  /** where its first picture is; null until there is one */
  picture: string | null;
  /** why there is no picture; empty if nothing is wrong */
  problem: string;
}

/** A checkpoint. */
export interface CheckpointValue {
  /** its path inside the folder of checkpoints: what requests name it by */
  name: string;
  /** its file's name without ending; works as a name too */
  stem: string;
  /** name, and hash where it is known; works as a name too */
  title: string;
  /** hash of the file; null until it was loaded once */
  sha256: string | null;
  /** what it is, such as: an SD 1.x inpainting checkpoint; empty if unknown */
  kind: string;
  /** why it cannot be used; empty if it can */
  problem: string;
  /** it is in memory */
  resident: boolean;
}

/** Whose habits a request keeps. */
export type CompatName = "none" | "webui";

export interface Count {
  /** how many there were */
  count: number;
}

/** How the example is painted. */
export interface DemoValue {
  /** settings of a request, but for pictures and mask */
  settings: Readonly<Record<string, unknown>>;
  /** what a person is told to do with the picture */
  sentence: string;
}

/** What a weight in the prompt does to the text's features. */
export type Emphasis = "Original" | "No norm" | "Ignore" | "None";

/** What holds until a step. */
export interface EntryValue {
  /** the last step it holds for, counted from 1 */
  end: number;
  /** the text */
  text: string;
  /** … parted where the weight changes */
  fragments: readonly FragmentValue[];
  /** … as tokens, 75 at most in each; padding left out */
  chunks: readonly (readonly TokenValue[])[];
  /** tokens used, as a counter shows them */
  used: number;
  /** … of so many */
  limit: number;
}

/** What a job is thought to take. */
export interface EstimateValue {
  /** bytes at the peak, weights included, in the pieces in which the job fits */
  memory: number;
  /** from its first step to its last */
  seconds: number;
}

/** Who mends the faces of a finished picture: a network of its own, or the checkpoint once more (detail). */
export type FaceRestorer = "none" | "codeformer" | "gfpgan" | "restoreformer" | "detail";

/** A face that was found. */
export interface FaceValue {
  /** where, in pixels of the picture; may reach past its edge */
  box: BoxValue;
  /** how surely it is a face, 0…1, before it was restored */
  confidence: number;
  /** why it stayed as it was; empty where it was restored */
  left: string;
}

/** Which faces were found, and what became of them. */
export interface FacesValue {
  /** how many were restored */
  restored: number;
  /** each, from left to right */
  faces: readonly FaceValue[];
}

/** The job failed; the last event. */
export interface FailedValue {
  /** the error's name for programs, such as mask_size */
  code: string;
  /** what is wrong, with the values in it */
  message: string;
  /** what to do about it; may be empty */
  hint: string;
  /** the event's name; default "failed" */
  kind: "failed";
}

/** What is left out to be faster; each changes the picture a little. */
export type Fast = "guidance" | "depths" | "tokens" | "around" | "all";

/** An error, always in this shape. */
export interface Fault {
  /** the error's name for programs, such as mask_size */
  code: string;
  /** what is wrong, with the values in it */
  message: string;
  /** what to do about it; may be empty */
  hint: string;
}

/** A picture that is kept. */
export interface FileValue {
  /** sha256 of its bytes, in hex: the name that requests give it */
  hash: string;
  /** how long the file is */
  bytes: number;
  /** media type, such as image/png */
  kind: string;
  /** image pixels, upright */
  width: number;
  /** image pixels, upright */
  height: number;
  /** of a sample: 8 or 16 */
  bits: number;
  /** it has an alpha channel */
  alpha: boolean;
  /** it has a colour profile */
  profile: boolean;
  /** settings text that it carries, if any */
  parameters: string | null;
  /** … read as settings of a request */
  settings: Readonly<Record<string, unknown>> | null;
  /** what reading it changed */
  notes: readonly string[];
}

/** All pictures are done; the last event. */
export interface FinishedValue {
  /** the event's name; default "finished" */
  kind: "finished";
  /** what it was made on; null where nothing was computed */
  machine: MachineValue | null;
  /** what turned out on the way */
  warnings: readonly string[];
}

/** Places on the server's machine. */
export interface FoldersValue {
  /** folder of models: what is dropped there is found */
  models: string;
  /** folder of pictures, rounds and settings */
  data: string;
  /** file of styles */
  styles: string;
}

/** What is known of a job before it runs. */
export interface ForecastValue {
  /** the size it will be worked on at */
  working: SizeValue;
  /** steps of one batch; 0 where nothing will be painted */
  steps: number;
  /** where will be painted, the crop and its scale; null without a mask */
  mask: MaskValue | null;
  /** what a person should know, each with what would do */
  warnings: readonly string[];
  /** time and memory; null while the machine's speed is not known */
  expected: EstimateValue | null;
}

export type Format = "png" | "jpeg" | "webp";

/** Text of one weight. */
export interface FragmentValue {
  /** empty for BREAK */
  text: string;
  /** 1 is plain, more is stronger */
  weight: number;
  /** the word BREAK: what follows begins a new chunk */
  breaks: boolean;
}

/** What a grid would be, before it runs. */
export interface GridForecast {
  /** x, y and z */
  axes: readonly AxisValue[];
  /** how many there are */
  cells: number;
  /** how many pictures would be made */
  pictures: number;
  /** about how long it would take; null while the speed is not known */
  seconds: number | null;
  /** why some cells would have no picture, each reason once */
  problems: readonly string[];
}

/** A grid and how far it is. */
export interface GridValue {
  /** 16 hex digits */
  id: string;
  /** x, y and z */
  axes: readonly AxisValue[];
  /** x runs fastest, then y, then z */
  cells: readonly CellValue[];
  /** cells that have ended */
  done: number;
  /** where the sheet is; it can be had at any time */
  sheet: string;
}

/** A request, and what is varied. */
export interface GridWish {
  /** what all cells share */
  request?: Request;
  /** what is varied from left to right, such as cfg_scale=1,3,7 or denoising_strength=0-1 (+0.25) or prompt=old|new; empty for none */
  x?: string;
  /** … from top to bottom */
  y?: string;
  /** … from table to table */
  z?: string;
  /** axes along which the seed counts on, such as xy */
  vary_seeds?: string;
  /** keep each cell as a round of the history; false: it lies in the bin until it is kept; default true */
  record?: boolean;
  /** candidate they begin from; null: the one its picture is, if any */
  parent?: AtValue | null;
  /** id of the picture they belong to; null: told from its picture */
  tree?: string | null;
}

/** A picture with all its rounds. */
export interface GrownTree {
  /** 12 hex digits */
  id: string;
  /** hash of the picture; null where all began from words */
  root: string | null;
  /** as somebody named it; empty if nobody did */
  name: string;
  /** the candidate that is looked at; null: the picture itself */
  at: AtValue | null;
  /** seconds since 1970 */
  created: number;
  /** when a round was last added, seconds since 1970 */
  changed: number;
  /** how many rounds it has, the bin's left out */
  rounds: number;
  /** it lies in the bin */
  binned: boolean;
  /** oldest first; a round's parent comes before it */
  all_rounds: readonly RoundValue[];
}

/** How the server is. */
export interface HealthValue {
  /** degraded: one who computes is not there at the moment */
  status: "ok" | "degraded";
  /** of the program */
  version: string;
  /** jobs that run */
  running: number;
  /** jobs that wait */
  waiting: number;
  /** seconds until all are thought to be done; null while not known */
  time_left: number | null;
  /** who computes */
  runners: readonly RunnerValue[];
}

/** A picture that a job has done. */
export interface JobPicture {
  /** counted from 0 within the job */
  number: number;
  /** where it is, as long as the job is remembered */
  url: string;
  /** hash of its PNG in the history; null where it is not kept */
  file: string | null;
  /** the seed that makes this one alone */
  seed: number;
  /** the variation seed that belongs to it */
  variation_seed: number;
  /** a starting state's masked content; else empty */
  label: string;
  /** settings text that its file carries */
  parameters: string;
  /** false where its batch was ended early */
  complete: boolean;
  /** where was painted; null without a mask */
  mask: MaskValue | null;
  /** what changed outside the mask; null without one */
  background: BackgroundValue | null;
  /** which faces were found; null where none were looked for */
  faces: FacesValue | null;
  /** where it is with its faces as they were; null where none changed */
  unrestored: string | null;
}

/** How far a job is. */
export interface JobValue {
  /** 16 hex digits */
  id: string;
  /** what is done with the request */
  task: Task;
  /** queued, then running, then done, cancelled or failed */
  state: State;
  /** what was asked for, seeds drawn */
  request: Request;
  /** seconds since 1970 */
  created: number;
  /** seconds since 1970; null before */
  started: number | null;
  /** seconds since 1970; null before */
  ended: number | null;
  /** jobs before it, running ones included; null when it has ended */
  position: number | null;
  /** the batch it is at, counted from 1; 0 before */
  batch: number;
  /** of how many; 0 before it started */
  batches: number;
  /** the step it is at, counted from 1; 0 before */
  step: number;
  /** of how many a batch; 0 before it started */
  steps: number;
  /** of the whole that is done, 0…1 */
  share: number;
  /** seconds until it ends, or begins; null while nothing is known */
  time_left: number | null;
  /** how far loading its checkpoint is; null when it is not loading */
  loading: LoadingValue | null;
  /** what a person should know of it */
  warnings: readonly string[];
  /** what it was thought to take when it started */
  expected: EstimateValue | null;
  /** id of the round that is made of it; null where none is */
  round: string | null;
  /** id of the picture that round belongs to, once it is known */
  tree: string | null;
  /** those done so far */
  pictures: readonly JobPicture[];
  /** why it failed; null where it did not */
  error: Fault | null;
  /** id of the job that goes on from its picture, in a replay of several rounds */
  next: string | null;
}

/** A checkpoint is read into memory. */
export interface LoadingEvent {
  /** the event's name; default "loading" */
  kind: "loading";
  /** which one */
  checkpoint: string;
  /** bytes read so far */
  done: number;
  /** bytes in all */
  total: number;
}

export interface LoadingValue {
  /** what is loaded */
  checkpoint: string;
  /** bytes */
  done: number;
  /** bytes */
  total: number;
}

/** Who wants to come in. */
export interface LogIn {
  /** as in the server's auth file */
  name: string;
  /** the password */
  password: string;
}

/** Which candidate is to be looked at. */
export interface Looking {
  /** null: the picture itself */
  at: AtValue | null;
}

/** What bit-identical repetition needs to be the same. */
export interface MachineValue {
  /** cpu, cuda:0, … */
  device: string;
  /** number type, and the route of the networks */
  dtype: string;
  /** threads of the processor */
  threads: number;
  /** pictures computed at once */
  batch_size: number;
}

/** Which side of the mask is repainted. */
export type MaskMode = "inpaint masked" | "inpaint not masked";

/** Where is painted, and how large it is worked on. */
export interface MaskValue {
  /** share of the picture that the mask touches, 0…1 */
  coverage: number;
  /** the part worked on, in pixels of the picture */
  crop: BoxValue;
  /** the size it is worked on at */
  working: SizeValue;
  /** working pixels for each pixel of the picture: above 1 it is enlarged */
  scale: number;
  /** sides of the picture that the mask touches: left, top, right, bottom */
  sides: readonly string[];
}

/** What the hole holds before the first step. */
export type MaskedContent = "fill" | "original" | "latent noise" | "latent nothing";

/** A file in the folder of models. */
export interface ModelValue {
  /** the name that requests and prompts give it */
  name: string;
  /** its file's name */
  file: string;
}

export interface Naming {
  /** what it is to be called */
  name?: string;
}

/** A LoRA that the prompt names. */
export interface NetworkValue {
  /** as named */
  name: string;
  /** multiplier in the text encoder */
  text_encoder: number;
  /** multiplier in the U-Net */
  unet: number;
  /** why it cannot be used; empty if it can */
  problem: string;
}

/** Where random numbers come from; NV gives the same ones on every machine. */
export type NoiseSource = "CPU" | "GPU" | "NV";

/** Which picture to work on. */
export interface Opening {
  /** hash of a picture that was sent to /files; null: one that is to be made from words alone */
  file?: string | null;
  /** what it is to be called */
  name?: string;
}

/** A picture is done. */
export interface PaintedValue {
  /** the event's name; default "painted" */
  kind: "painted";
  /** the picture */
  picture: JobPicture;
}

/** One side of AND. */
export interface PartValue {
  /** as written, comments and network tags left out */
  text: string;
  /** in the guidance sum; 1 is plain */
  weight: number;
  /** what it is when, in order */
  entries: readonly EntryValue[];
}

/** Where a picture is. */
export interface Place {
  /** its address: https://… or http://… */
  url: string;
}

/** What is done before the first step. */
export interface PreparingValue {
  /** the event's name; default "preparing" */
  kind: "preparing";
  /** such as: reading the prompt */
  what: string;
}

/**
 * How a preview is made: not at all, by a linear map at an eighth of the size, by a tiny decoder, a file in
 * models/VAE-approx, or by the autoencoder.
 */
export type PreviewKind = "none" | "linear" | "tiny" | "full";

/** How previews are made. */
export interface PreviewWish {
  /** null: as the server is set */
  kind?: PreviewKind | null;
  /** at every so many steps; null: as the server is set */
  every?: number | null;
}

/** Both prompts as they are read. */
export interface PromptValue {
  /** length of the schedule that prompt editing refers to */
  steps: number;
  /** parts joined by AND, at least one */
  prompt: readonly PartValue[];
  /** the negative prompt */
  negative_prompt: PartValue;
  /** LoRAs, in order */
  networks: readonly NetworkValue[];
  /** what is untidy, each with its place */
  warnings: readonly string[];
}

/** The job waits; said anew when it comes near the front. */
export interface QueuedValue {
  /** the event's name; default "queued" */
  kind: "queued";
  /** jobs before it, running ones included */
  position: number;
  /** seconds until it is thought to begin; null while not known */
  time_left: number | null;
}

/**
 * One job. Equal requests give equal pictures (on the same machine, number type and batch shape).
 *
 * Without `images` it is text to image; with images but no `mask`, image to image; with both, inpainting.
 */
export interface Request {
  /** the pictures to start from */
  images?: readonly string[];
  /** white repaints, black keeps; same size as the picture */
  mask?: string | null;
  /** what to paint */
  prompt?: string;
  /** what to keep out */
  negative_prompt?: string;
  /** which checkpoint paints: name, file, title or hash; default "starter" */
  checkpoint?: string;
  /** VAE file; Automatic takes one that belongs to the checkpoint, None the built-in; default "Automatic" */
  vae?: string;
  /** make an ordinary checkpoint an inpainting one in memory: the names of an inpainting checkpoint and of the base of both, such as sd-v1-5-inpainting,v1-5-pruned-emaonly */
  make_inpainting?: string;
  /** working width in pixels; default: from the picture */
  width?: number | null;
  /** working height in pixels; default: from the picture */
  height?: number | null;
  /** how the picture is brought to the working size; default "just resize" */
  resize_mode?: ResizeMode;
  /** how a picture, or the part of it that is worked on, is enlarged where the working size is larger: Lanczos, Nearest, or the name of a network's file in models/ESRGAN and its siblings; default "Lanczos" */
  upscaler?: string;
  /** work on the whole picture or only around the mask, enlarged; default "whole picture" */
  area?: Area;
  /** only masked: pixels of surroundings to look at; 0 none, 32 usual, 128 much; default 32 */
  padding?: number;
  /** only masked: work at so many times the size and shrink the result back; 1 not, 2 finer detail; default 1 */
  supersampling?: number;
  /** scale a mask of another size, but of the same shape, to the picture; default false */
  resize_mask?: boolean;
  /** repaint what is masked, or all the rest; default "inpaint masked" */
  mask_mode?: MaskMode;
  /** softness of the mask's edge: Gaussian sigma in pixels; 0 hard, 4 usual, 16 wide; default 4 */
  mask_blur?: number;
  /** vertical softness when it differs from mask_blur */
  mask_blur_y?: number | null;
  /** each latent cell is wholly old or wholly new; default true */
  mask_round?: boolean;
  /** what the hole holds before the first step: original guides shape and colour; fill is the blurred surroundings; latent noise is for something entirely different; latent nothing is empty; default "original" */
  masked_content?: MaskedContent;
  /** how masked content fills the hole: blur as webui does, telea and navier-stokes continue lines and shades, or the name of a network's file in models/LaMa; default "blur" */
  fill?: string;
  /** inpainting checkpoints: how much the masked part is hidden; 0 all is seen, 1 wholly hidden; default 1 */
  mask_weight?: number;
  /** put the original back outside the mask; default true */
  overlay?: boolean;
  /** match the result's colours to the original's; default false */
  color_correction?: boolean;
  /** blend gradually at the mask's edge */
  soft_inpainting?: SoftInpainting | null;
  /** shown through transparency; default "#ffffff" */
  background_color?: string;
  /** grow the picture by so many pixels left,top,right,bottom and paint what is new; what was there stays bit for bit. 0,0,0,0 not at all, 0,0,256,0 a third more of a 768 wide picture */
  extend?: Sides;
  /** 0 nothing changes, 0.75 usual, 1 unrelated to what was there; default 0.75 */
  denoising_strength?: number;
  /** how many steps the full schedule has: 10 quick, 20 usual, 50 careful; default 20 */
  steps?: number;
  /** run that many steps whatever the denoising strength; default false */
  exact_steps?: boolean;
  /** 1 mostly ignores the prompt, 3 free, 7 balance, 15 strict, 30 literal; default 7 */
  cfg_scale?: number;
  /** instruct checkpoints: how closely to keep to the picture: 1 freely, 1.5 usual, 2 closely; default 1.5 (webui: 1) */
  image_cfg_scale?: number | null;
  /** the method that removes the noise; default "DPM++ 2M" */
  sampler?: SamplerName;
  /** how the noise levels are spaced; default "Automatic" */
  scheduler?: SchedulerName;
  /** which layer of the text encoder, from its end: 1 the last, 2 for some styles; default 1 */
  clip_skip?: number;
  /** what weights in the prompt do; default "Original" */
  emphasis?: Emphasis;
  /** tokens a 75-token chunk may give up to end at a comma; 0 never; default 20 */
  comma_backtrack?: number;
  /** # starts a comment in a prompt; default true */
  prompt_comments?: boolean;
  /** prompt editing as before webui 1.6; default false */
  old_prompt_editing?: boolean;
  /** -1 draws one; picture k of a job uses seed + k; default -1 */
  seed?: number;
  /** the seed to lean towards; -1 draws one; default -1 */
  variation_seed?: number;
  /** how far to lean: 0 not at all, 0.1 a variation, 1 wholly; default 0 */
  variation_strength?: number;
  /** make the noise of a picture this wide; 0 off; default 0 */
  seed_resize_width?: number;
  /** make the noise of a picture this high; 0 off; default 0 */
  seed_resize_height?: number;
  /** added to the seed for the steps' noise (ENSD); default 0 */
  eta_noise_seed_delta?: number;
  /** default NV: the same noise on every machine */
  noise_source?: NoiseSource | null;
  /** pictures made at once; default 1 */
  batch_size?: number;
  /** batches made one after another; default 1 */
  batch_count?: number;
  /** share of fresh noise: 0 none, 1 as the ancestral samplers have it; default 1 (DDIM 0) */
  eta?: number | null;
  /** churn of Euler, Heun, DPM2: 0 none, 30 much; default 0 */
  s_churn?: number;
  /** churn only above this sigma; 0 everywhere; default 0 */
  s_tmin?: number;
  /** churn only below this sigma; 0 = no bound; default 0 */
  s_tmax?: number;
  /** factor on noise added between steps: 1 usual, 1.01 a little more detail; default 1 */
  s_noise?: number;
  /** below this sigma skip every other negative pass (NGMS): 0 never, 3 faster, little lost; default 0 */
  s_min_uncond?: number;
  /** below that sigma skip every negative pass; default false */
  s_min_uncond_all?: boolean;
  /** share of the first steps without negative prompt: 0 none, 1 all; default 0 */
  skip_early_cond?: number;
  /** lowest noise level of the schedule; 0 = the model's; default 0 */
  sigma_min?: number;
  /** highest noise level of the schedule; 0 = the model's; default 0 */
  sigma_max?: number;
  /** curvature of Karras and polyexponential; 0 = their own, 7 and 1; default 0 */
  rho?: number;
  /** alpha of the Beta scheduler: below 1 more steps at high noise, 1 even; default 0.6 */
  beta_alpha?: number;
  /** beta of the Beta scheduler: below 1 more steps at low noise, 1 even; default 0.6 */
  beta_beta?: number;
  /** leave out the last positive noise level; default false */
  discard_penultimate_sigma?: boolean;
  /** text to image: start noise as Stability's code scales it; default false */
  sgm_noise_multiplier?: boolean;
  /** schedules between 0.1 and 10 as before webui 1.6; default false */
  old_karras_sigmas?: boolean;
  /** round timesteps to the trained ones; default false */
  quantize_timesteps?: boolean;
  /** noise schedule kept at half precision, as before webui 1.7; default false */
  downcast_alphas?: boolean;
  /** rescale the noise schedule to end in pure noise; default false */
  zero_terminal_snr?: boolean;
  /** factor on the first noise: 1 usual, less gives plainer pictures; default 1 */
  initial_noise_multiplier?: number;
  /** noise added on top of the first: 0 none, 0.1 more detail; default 0 */
  extra_noise?: number;
  /** order of UniPC: 2 steady, 3 usual; default 3 */
  unipc_order?: number;
  /** UniPC's solver: bh1 usual, bh2 for many steps or low guidance, vary_coeff varying coefficients; default "bh1" */
  unipc_variant?: UniPCVariant;
  /** how UniPC spaces its steps: time_uniform usual, time_quadratic more at low noise, logSNR evenly in the logarithm of signal to noise; default "time_uniform" */
  unipc_skip?: UniPCSkip;
  /** UniPC ends with lower orders; default true */
  unipc_lower_order_final?: boolean;
  /** pad prompt and negative prompt to one length; default false */
  pad_prompts?: boolean;
  /** make a picture that tiles without seams; default false */
  tiling?: boolean;
  /** second pass this many times larger: 0 none, 1.5 careful, 2 usual; default 0 */
  hires_scale?: number;
  /** second pass this wide instead; 0 from height or scale; default 0 */
  hires_width?: number;
  /** second pass this high instead; 0 from width or scale; default 0 */
  hires_height?: number;
  /** steps of the second pass; 0 as many as the first; default 0 */
  hires_steps?: number;
  /** how the first pass is enlarged: Latent, Latent (antialiased), Latent (bicubic), Latent (bicubic antialiased), Latent (nearest), Latent (nearest-exact), Lanczos, Nearest, or the name of a network's file in models/ESRGAN and its siblings; the latent ones want strength 0.55 or more, the others keep the drawing even at 0.3; default Latent */
  hires_upscaler?: string | null;
  /** of the second pass: 0.3 sharpens, 0.55 adds detail, 0.75 redraws; default 0.75 */
  hires_denoising_strength?: number;
  /** which checkpoint paints the second pass; empty: the same */
  hires_checkpoint?: string;
  /** what the second pass paints; empty: the same */
  hires_prompt?: string;
  /** what the second pass keeps out; empty: the same */
  hires_negative_prompt?: string;
  /** the second pass's method; default: the same */
  hires_sampler?: SamplerName | null;
  /** how the second pass's noise levels are spaced; default: the same */
  hires_scheduler?: SchedulerName | null;
  /** mend the faces of what was made, those that touch the mask: codeformer, gfpgan and restoreformer are networks whose file you bring; detail has the checkpoint itself repaint each face, enlarged; default "none" */
  restore_faces?: FaceRestorer;
  /** codeformer: 0 the most beautiful face, 0.5 usual, 1 the most like the old one; default 0.5 */
  face_weight?: number;
  /** detail: what each face shows; empty: the prompt */
  face_prompt?: string;
  /** detail: 0.25 mends lines, 0.4 usual, 0.6 draws another face; default 0.4 */
  face_denoising_strength?: number;
  /** approximate to be faster, at the cost of a slightly different picture: guidance leaves out the negative pass of the last 40 % of the steps, depths computes the U-Net's deep levels at every other step, tokens merges half of the finest attention's tokens, all does all three; around computes each batch after the first around the mask only, with what the first one knows of the rest; default exact */
  fast?: Fast | null;
  /** webui: the reference's picture, its faults included; default "none" */
  compat?: CompatName;
}

export interface ResidentValue {
  /** which one */
  checkpoint: string;
  /** bytes it takes */
  size: number;
}

/** How a picture is brought to a working size of another shape. */
export type ResizeMode = "just resize" | "crop and resize" | "resize and fill" | "just resize (latent upscale)";

/** Who computed the job died; it begins anew. Pictures that were done stay. */
export interface RetriedValue {
  /** the event's name; default "retried" */
  kind: "retried";
  /** what it died of */
  cause: string;
}

/** A request, what came of it, and the candidate it began from. */
export interface RoundValue {
  /** 12 hex digits */
  id: string;
  /** id of the picture it belongs to */
  tree: string;
  /** what it began from; null: from the picture itself, or from words */
  parent: AtValue | null;
  /** what was done with the request */
  task: Task;
  /** what was asked for, seeds drawn */
  request: Request;
  /** what came of it */
  candidates: readonly CandidateValue[];
  /** as somebody named it; empty if nobody did */
  name: string;
  /** seconds since 1970 */
  created: number;
  /** what it was made on; null where that is not known */
  machine: MachineValue | null;
  /** it lies in the bin */
  binned: boolean;
}

/** Who computes. */
export interface RunnerValue {
  /** it can take jobs */
  alive: boolean;
  /** cpu, cuda:0, …; empty while it starts */
  device: string;
  /** it is running something */
  busy: boolean;
  /** how often its process had to be replaced */
  restarts: number;
  /** why it was the last time; empty if never */
  fault: string;
  /** checkpoints in memory, the one used last first */
  resident: readonly ResidentValue[];
  /** memory; null while not known */
  usage: UsageValue | null;
}

export type SamplerName = "DPM++ 2M" | "DPM++ SDE" | "DPM++ 2M SDE" | "DPM++ 2M SDE Heun" | "DPM++ 2S a" | "DPM++ 3M SDE" | "Euler a" | "Euler" | "LMS" | "Heun" | "DPM2" | "DPM2 a" | "DPM fast" | "DPM adaptive" | "Restart" | "DDIM" | "DDIM CFG++" | "PLMS" | "UniPC" | "LCM";

export interface SamplerValue {
  /** the name that requests give it */
  name: string;
  /** other names it answers to */
  aliases: readonly string[];
  /** two network calls a step */
  second_order: boolean;
  /** the scheduler it takes when none is chosen; null: uniform */
  automatic: string | null;
}

export type SchedulerName = "Automatic" | "Uniform" | "Karras" | "Exponential" | "Polyexponential" | "SGM Uniform" | "KL Optimal" | "Align Your Steps" | "Simple" | "Normal" | "DDIM" | "Beta";

export interface SchedulerValue {
  /** the name that requests give it */
  name: string;
  /** other names it answers to */
  aliases: readonly string[];
  /** its name in the older dialect */
  label: string;
}

/** A box around an object. */
export interface Selection {
  /** hash of the picture */
  image: string;
  /** pixels of the picture; right and bottom are exclusive */
  left: number;
  /** pixels of the picture; right and bottom are exclusive */
  top: number;
  /** pixels of the picture; right and bottom are exclusive */
  right: number;
  /** pixels of the picture; right and bottom are exclusive */
  bottom: number;
}

/** Who is in. */
export interface SessionValue {
  /** a name and a password are needed here */
  needed: boolean;
  /** who is in; empty for nobody */
  user: string;
  /** for the header X-CSRF-Token of whatever changes something; empty without a session */
  csrf: string;
}

/** What holds where a client says nothing. */
export interface Settings {
  /** settings of a request that hold where a job says nothing, such as {'steps': 30} */
  defaults: Readonly<Record<string, unknown>>;
  /** how previews of running jobs are made; default "linear" */
  previews: PreviewKind;
  /** a preview at every so many steps: 1 each, 5 every fifth; default 1 */
  preview_every: number;
  /** write settings into pictures that are given out; default true */
  metadata: boolean;
  /** leave in pictures that are given out where they were taken; default false */
  gps: boolean;
  /** whose habits the /sdapi routes have; default "webui" */
  compat: CompatName;
  /** options that clients of the /sdapi routes have set */
  options: Readonly<Record<string, unknown>>;
}

export type Sides = readonly [left: number, top: number, right: number, bottom: number];

export interface SizeValue {
  /** image pixels */
  width: number;
  /** image pixels */
  height: number;
}

/** Blend gradually at the mask's edge instead of at a hard line (Soft Inpainting of webui 1.8+). */
export interface SoftInpainting {
  /** when the original is preserved: >1 late, <1 early; default 1 */
  schedule_bias?: number;
  /** how much of the original shows through; default 0.5 */
  preservation_strength?: number;
  /** detail kept where both are mixed; default 4 */
  transition_contrast_boost?: number;
  /** how much the mask decides the final blend; default 0 */
  mask_influence?: number;
  /** change needed for a pixel to count as new; default 0.5 */
  difference_threshold?: number;
  /** how sharply new and old are told apart; default 2 */
  difference_contrast?: number;
}

/** The job runs. */
export interface StartedValue {
  /** the event's name; default "started" */
  kind: "started";
  /** how many it will make */
  pictures: number;
  /** in how many batches */
  batches: number;
  /** how many steps each batch has */
  steps: number;
  /** the size it is worked on at */
  working: SizeValue;
  /** what a person should know before */
  warnings: readonly string[];
  /** what it is thought to take */
  expected: EstimateValue | null;
}

export type State = "queued" | "running" | "done" | "cancelled" | "failed";

/** One step of one batch is done. */
export interface SteppedValue {
  /** the event's name; default "stepped" */
  kind: "stepped";
  /** which batch, counted from 1 */
  batch: number;
  /** which step of it, counted from 1 */
  step: number;
  /** the noise level reached */
  sigma: number;
  /** seconds until the job is thought to end; null while not known */
  time_left: number | null;
  /** what each picture of the batch looks like so far, as data URLs; empty where none was asked for, and in a replay for all steps but the latest */
  previews: readonly string[];
}

/** A style to be kept. */
export interface StyleGiven {
  /** what it is called; one of this name is replaced */
  name: string;
  /** text for the prompt; {prompt} is where the words go */
  prompt?: string;
  /** text for the negative prompt */
  negative_prompt?: string;
}

/** Text to put around a prompt, where it says {prompt}, or after it. */
export interface StyleValue {
  /** what it is called */
  name: string;
  /** text for the prompt */
  prompt: string;
  /** text for the negative prompt */
  negative_prompt: string;
}

/** A job as it is put in the queue. */
export interface Submission {
  /** what to paint; what it leaves out is as in /settings, defaults */
  request?: Request;
  /** paint; show what each masked content begins with: start states; upscale the picture by hires_upscaler (null: upscaler), hires_scale times or to hires_width and hires_height; or erase what is masked by fill (unsaid: telea); both without a checkpoint; default "paint" */
  task?: Task;
  /** how previews are made */
  previews?: PreviewWish;
  /** keep it as a round of the history; default true */
  record?: boolean;
  /** candidate it begins from; null: the one its picture is, if any */
  parent?: AtValue | null;
  /** id of the picture it belongs to; null: told from its picture */
  tree?: string | null;
}

/** What is done with a request. */
export type Task = "paint" | "start states" | "upscale" | "erase" | "load" | "unload";

/** What the text encoder reads at one place. */
export interface TokenValue {
  /** 0…49407; 0 where an embedding's vector stands */
  id: number;
  /** what it stands for; a space at its end where a word ends */
  text: string;
  /** 1 is plain */
  weight: number;
  /** name of the textual inversion whose vector it is; else empty */
  embedding: string;
}

/** A picture, and how many rounds began from it. */
export interface TreeValue {
  /** 12 hex digits */
  id: string;
  /** hash of the picture; null where all began from words */
  root: string | null;
  /** as somebody named it; empty if nobody did */
  name: string;
  /** the candidate that is looked at; null: the picture itself */
  at: AtValue | null;
  /** seconds since 1970 */
  created: number;
  /** when a round was last added, seconds since 1970 */
  changed: number;
  /** how many rounds it has, the bin's left out */
  rounds: number;
  /** it lies in the bin */
  binned: boolean;
}

export type UniPCSkip = "time_uniform" | "time_quadratic" | "logSNR";

export type UniPCVariant = "bh1" | "bh2" | "vary_coeff";

export interface UsageValue {
  /** bytes of memory of the device */
  total: number;
  /** … that are free */
  free: number;
  /** bytes that the process has taken of the machine's memory */
  process: number;
  /** bytes that checkpoints may take together */
  budget: number;
}

/** A checkpoint to be read into memory. */
export interface Wanted {
  /** which checkpoint paints: name, file, title or hash */
  checkpoint: string;
  /** VAE file; Automatic takes one that belongs to the checkpoint, None the built-in; default "Automatic" */
  vae?: string;
}

/** What each address takes and answers; an address not named here is none of ours. */
export interface Routes {
  /** Send a picture or a mask; requests name it by the hash that comes back. */
  "POST /api/v1/files": { body: FormData; answer: FileValue };
  /** Fetch a picture from the open network, where the server was started with --allow-urls. */
  "POST /api/v1/files/fetch": { body: Place; answer: FileValue };
  /** The picture itself, in another format or small if that is wanted. */
  "GET /api/v1/files/{hash}": { path: { hash: string }; query: { format?: Format | null; quality?: number | null; side?: number | null; metadata?: boolean | null; gps?: boolean | null }; answer: Blob };
  /** What is known of a picture: size, depth, and the settings that made it. */
  "GET /api/v1/files/{hash}/info": { path: { hash: string }; answer: FileValue };
  /** Pictures that were worked on, those changed last first. */
  "GET /api/v1/pictures": { query: { limit?: number; before?: number | null; binned?: boolean }; answer: readonly TreeValue[] };
  /** Begin to work on a picture; one that is known already comes back with its rounds. */
  "POST /api/v1/pictures": { body: Opening; answer: TreeValue };
  /** Take in a picture with its rounds; those that are here already stay as they are. */
  "POST /api/v1/pictures/import": { body: FormData; answer: TreeValue };
  /** Delete what lies in the bin, for good: how many rounds and single candidates. */
  "DELETE /api/v1/pictures/bin": { answer: Count };
  /** A picture with all its rounds. */
  "GET /api/v1/pictures/{id}": { path: { id: string }; query: { binned?: boolean }; answer: GrownTree };
  /** Give a picture a name. */
  "PATCH /api/v1/pictures/{id}": { path: { id: string }; body: Naming; answer: TreeValue };
  /** Put a picture with all its rounds into the bin. */
  "DELETE /api/v1/pictures/{id}": { path: { id: string }; answer: TreeValue };
  /** Take it out of the bin. */
  "POST /api/v1/pictures/{id}/restore": { path: { id: string }; answer: TreeValue };
  /** Look at a candidate; what is painted next begins from it. */
  "PUT /api/v1/pictures/{id}/at": { path: { id: string }; body: Looking; answer: TreeValue };
  /** Back to what the round that is looked at began from. */
  "POST /api/v1/pictures/{id}/undo": { path: { id: string }; answer: TreeValue };
  /** On to the round that was left. */
  "POST /api/v1/pictures/{id}/redo": { path: { id: string }; answer: TreeValue };
  /** A picture with all its rounds as one file. */
  "GET /api/v1/pictures/{id}/export": { path: { id: string }; query: { gps?: boolean }; answer: Blob };
  /** The latest rounds of all pictures. */
  "GET /api/v1/rounds": { query: { limit?: number; before?: string | null }; answer: readonly RoundValue[] };
  /** One round. */
  "GET /api/v1/rounds/{id}": { path: { id: string }; answer: RoundValue };
  /** Give a round a name. */
  "PATCH /api/v1/rounds/{id}": { path: { id: string }; body: Naming; answer: RoundValue };
  /** Put a round, and all that began from it, into the bin. */
  "DELETE /api/v1/rounds/{id}": { path: { id: string }; answer: RoundValue };
  /** The rounds that led to one, the first of them first, itself last. */
  "GET /api/v1/rounds/{id}/path": { path: { id: string }; answer: readonly RoundValue[] };
  /** Take it out of the bin, with what it began from. */
  "POST /api/v1/rounds/{id}/restore": { path: { id: string }; answer: RoundValue };
  /** Put a candidate, and all that began from it, into the bin; the last one of a round takes the round along. */
  "DELETE /api/v1/rounds/{id}/candidates/{number}": { path: { id: string; number: number }; answer: RoundValue };
  /** Take it out of the bin, with what was put there together with it. */
  "POST /api/v1/rounds/{id}/candidates/{number}/restore": { path: { id: string; number: number }; answer: RoundValue };
  /**
   * Make the same round again, beside it in the tree; or all that led to it, on another picture or checkpoint.
   *
   * Then each round is a job, put in the queue when the one before it has ended: `next` tells its id.
   */
  "POST /api/v1/rounds/{id}/replay": { path: { id: string }; body: Again; answer: JobValue };
  /**
   * Put a job in the queue; watch it at `/jobs/{id}/events`, end it with DELETE.
   *
   * Pictures and mask are named by their hash, or come along as parts of a form.
   */
  "POST /api/v1/jobs": { body: Submission | FormData; answer: JobValue };
  /** Running, then waiting in their order, then ended, the latest first. */
  "GET /api/v1/jobs": { query: { limit?: number }; answer: readonly JobValue[] };
  /** End every job, waiting and running: how many there were. */
  "DELETE /api/v1/jobs": { answer: Count };
  /** End every running job with its pictures as they are; waiting ones go on: how many there were. */
  "POST /api/v1/jobs/interrupt": { answer: Count };
  /** How far a job is. */
  "GET /api/v1/jobs/{id}": { path: { id: string }; answer: JobValue };
  /** End a job, waiting at once, running within a step; loading too. Pictures that are done stay. */
  "DELETE /api/v1/jobs/{id}": { path: { id: string }; answer: JobValue };
  /** End a running job with its pictures as they are. */
  "POST /api/v1/jobs/{id}/stop": { path: { id: string }; answer: JobValue };
  /** End the batch that a job is at with its pictures as they are, and go on with its next. */
  "POST /api/v1/jobs/{id}/skip": { path: { id: string }; answer: JobValue };
  /** Every event of a job from its first, then live, to its last. */
  "GET /api/v1/jobs/{id}/events": { path: { id: string }; answer: EventSource };
  /** Every event of a job so far, for who does not listen to its stream. */
  "GET /api/v1/jobs/{id}/log": { path: { id: string }; query: { after?: number }; answer: readonly (QueuedValue | LoadingEvent | PreparingValue | StartedValue | SteppedValue | PaintedValue | RetriedValue | FinishedValue | FailedValue | CancelledValue)[] };
  /** A picture that a job has done. */
  "GET /api/v1/jobs/{id}/pictures/{number}": { path: { number: number; id: string }; query: { unrestored?: boolean; format?: Format | null; quality?: number | null; side?: number | null; metadata?: boolean | null; gps?: boolean | null }; answer: Blob };
  /** What can be varied: those of webui's X/Y/Z plot in its order, then every other setting. */
  "GET /api/v1/grids/axes": { answer: readonly AxisOption[] };
  /** How many cells a grid would have, and about how long it would take. Nothing is put in the queue. */
  "POST /api/v1/grids/forecast": { body: GridWish; answer: GridForecast };
  /** Put a job for each cell in the queue, so ordered that checkpoints change least often. */
  "POST /api/v1/grids": { body: GridWish; answer: GridValue };
  /** How far a grid is. */
  "GET /api/v1/grids/{id}": { path: { id: string }; answer: GridValue };
  /** End the jobs of a grid; pictures that are done stay. */
  "DELETE /api/v1/grids/{id}": { path: { id: string }; answer: GridValue };
  /** The first picture of a cell. */
  "GET /api/v1/grids/{id}/cells/{number}": { path: { id: string; number: number }; query: { format?: Format | null; quality?: number | null; side?: number | null; metadata?: boolean | null; gps?: boolean | null }; answer: Blob };
  /** Keep a cell as a round of the history: out of the bin; one that is kept already stays as it is. */
  "POST /api/v1/grids/{id}/cells/{number}/keep": { path: { id: string; number: number }; answer: RoundValue };
  /** The labelled sheet with the pictures there are. */
  "GET /api/v1/grids/{id}/sheet": { path: { id: string }; query: { format?: Format | null; quality?: number | null; side?: number | null; metadata?: boolean | null; gps?: boolean | null }; answer: Blob };
  /** Every checkpoint, the built-in ones first; a file just dropped into the folder is there. */
  "GET /api/v1/checkpoints": { answer: readonly CheckpointValue[] };
  /** Read a checkpoint into memory: a job, with progress in bytes, that can be cancelled. */
  "POST /api/v1/checkpoints/load": { body: Wanted; answer: JobValue };
  /** Let all checkpoints go and give their memory back: a job, behind those that wait. */
  "POST /api/v1/checkpoints/unload": { answer: JobValue };
  /** VAE files, beside Automatic and None. */
  "GET /api/v1/vaes": { answer: readonly ModelValue[] };
  /** LoRA files; prompts name them as <lora:NAME:0.8>. */
  "GET /api/v1/loras": { answer: readonly ModelValue[] };
  /** Textual inversions; their names stand in the prompt. */
  "GET /api/v1/embeddings": { answer: readonly ModelValue[] };
  /** What enlarges pictures: two filters, which have no file, and each network in the folder of models. */
  "GET /api/v1/upscalers": { answer: readonly ModelValue[] };
  /** What `fill` may be: ways that have no file, and each network in the folder of models. */
  "GET /api/v1/erasers": { answer: readonly ModelValue[] };
  /** What `restore_faces` may be: detail, and each network whose file lies in the folder of models. */
  "GET /api/v1/face-restorers": { answer: readonly ModelValue[] };
  /** What the kind of previews may be; tiny where its file lies in the folder of models. */
  "GET /api/v1/previews": { answer: readonly ModelValue[] };
  /** How both prompts of a request are read: a tree, tokens, and what holds when. */
  "POST /api/v1/prompt": { body: Request; answer: PromptValue };
  /**
   * Mask, crop and working scale, warnings, time and memory of a request.
   *
   * Who paints a mask need not send it for this: the box it lies in will do.
   */
  "POST /api/v1/forecast": { query: { marked?: string | null; coverage?: number | null }; body: Request; answer: ForecastValue };
  /** The object that a box is drawn around, as a mask of the box's size; waits for no job. */
  "POST /api/v1/selections": { body: Selection; answer: Blob };
  /** The methods that remove the noise. */
  "GET /api/v1/samplers": { answer: readonly SamplerValue[] };
  /** How noise levels are spaced. */
  "GET /api/v1/schedulers": { answer: readonly SchedulerValue[] };
  /** What holds where a client says nothing. */
  "GET /api/v1/settings": { answer: Settings };
  /** Change some of them; they outlive the server. */
  "PATCH /api/v1/settings": { body: Readonly<Record<string, unknown>>; answer: Settings };
  /** Where the server looks for models and keeps what is made. */
  "GET /api/v1/folders": { answer: FoldersValue };
  /** How the server is: who computes, memory, queue. Never waits for a job. */
  "GET /api/v1/health": { answer: HealthValue };
  /** Of the program; answers to anyone. */
  "GET /api/v1/version": { answer: Readonly<Record<string, string>> };
  /** The styles of the styles file; none where there is no file. */
  "GET /api/v1/styles": { answer: readonly StyleValue[] };
  /** Keep a style in the styles file, in place of one of its name: all there are then. */
  "POST /api/v1/styles": { body: StyleGiven; answer: readonly StyleValue[] };
  /** Take a style out of the styles file: all there are then. */
  "DELETE /api/v1/styles": { query: { name: string }; answer: readonly StyleValue[] };
  /** Who is in, and what has to come along with changes. */
  "GET /api/v1/session": { answer: SessionValue };
  /** Log in: sets a cookie that scripts cannot read and other pages cannot use. */
  "POST /api/v1/session": { body: LogIn; answer: SessionValue };
  /** Log out. */
  "DELETE /api/v1/session": { answer: SessionValue };
  /** The settings of the bundled example, and what to do with it. */
  "GET /api/v1/demo": { answer: DemoValue };
  /** Its picture, which has something missing. */
  "GET /api/v1/demo/picture": { answer: Blob };
  /** Its mask: white repaints. */
  "GET /api/v1/demo/mask": { answer: Blob };
}
