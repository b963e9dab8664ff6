/** What is known of a family of models whatever the document that describes them. */
export interface Architecture {
  readonly name: string;
  /** Output decoder of CARE's vision tasks; `auto` where the exporter's metadata and the shapes must tell. */
  readonly decoder: string;
  /** Why CARE cannot run it: its outputs have no decoder. */
  readonly unsupported?: string;
  /** Confidence below which Roboflow's servers leave predictions out, unless the model recommends another. */
  readonly confidence: number;
  /** Of 0..1, red, green, blue; for documents that do not state it. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1], confidence: 0.4 } as const;
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], confidence: 0.4 } as const;
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], confidence: 0.4 } as const;

const FAMILIES: readonly (readonly [RegExp, Architecture])[] = [
  [/^yolov?5/, { name: 'yolov5', decoder: 'yolov5', ...PLAIN }],
  [/^yolov?7/, { name: 'yolov7', decoder: 'yolov7', ...PLAIN }],
  [/^yolov?8/, { name: 'yolov8', decoder: 'yolov8', ...PLAIN }],
  [/^yolov?9/, { name: 'yolov9', decoder: 'yolov9', ...PLAIN }],
  [/^yolov?10/, { name: 'yolov10', decoder: 'yolov10', ...PLAIN }],
  [/^yolov?11/, { name: 'yolov11', decoder: 'yolov11', ...PLAIN }],
  [/^yolov?12/, { name: 'yolov12', decoder: 'yolov12', ...PLAIN }],
  [/^yolov?26/, { name: 'yolo26', decoder: 'yolo26', ...PLAIN, confidence: 0.25 }],
  [/^rf-?detr/, { name: 'rfdetr', decoder: 'rfdetr', ...IMAGENET }],
  [/^vit/, { name: 'vit', decoder: 'logits', ...HALF }],
  [/^resnet/, { name: 'resnet', decoder: 'logits', ...IMAGENET }],
  [/^dinov3/, { name: 'dinov3', decoder: 'logits', ...IMAGENET }],
  [
    /^yolo-?nas/,
    { name: 'yolo-nas', decoder: 'auto', unsupported: 'boxes without NMS in a layout of its own', ...PLAIN },
  ],
  [
    /^yolact/,
    {
      name: 'yolact',
      decoder: 'auto',
      unsupported: 'priors and prototypes in a layout of its own',
      ...PLAIN,
    },
  ],
  [/^yolo-?lite/, { name: 'yololite', decoder: 'auto', unsupported: 'a layout of its own', ...PLAIN }],
];

/** Family of a `modelType` or `modelArchitecture` (`yolov8n-seg`, `rfdetr-base`, `yolov5v2s`); `auto` for what is not known. */
export function architectureOf(stated: string): Architecture {
  const word = stated.trim().toLowerCase().replaceAll(/[_\s]/g, '-');
  const known = FAMILIES.find(([pattern]) => pattern.test(word))?.[1];
  return known ?? { name: word, decoder: 'auto', ...PLAIN };
}

/** YOLOv8 and its kin classify with Ultralytics' preprocessing, but Roboflow's classic server normalises every classifier. */
export function classifierNormalization({
  name,
  mean,
  std,
}: Architecture): Pick<Architecture, 'mean' | 'std'> {
  return name.startsWith('yolo') ? { mean: HALF.mean, std: HALF.std } : { mean, std };
}

/** What the classic protocol leaves out when a project's model is of the task's first kind. */
export const DEFAULT_MODEL_TYPES: Readonly<Record<string, string>> = {
  'object-detection': 'yolov5v2s',
  'instance-segmentation': 'yolact',
  classification: 'vit',
  'keypoint-detection': 'yolov8n',
};
