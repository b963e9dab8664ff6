/**
 * Where ONNX Runtime 1.30 answers otherwise than the ONNX specification on the CPU. Its own project lists the same tests as
 * failing: onnxruntime/test/testdata/onnx_backend_test_series_filters.jsonc, `current_failing_tests`.
 */
export const ORT_DEVIATIONS = {
  test_maxunpool_export_with_output_shape:
    'MaxUnpool takes the indices as those of the output shape, not of the unpooled input',
  test_resize_downsample_scales_cubic_align_corners:
    'Resize with align_corners takes the rounded output length, not length x scale',
  test_resize_downsample_scales_linear_align_corners:
    'Resize with align_corners takes the rounded output length, not length x scale',
};
