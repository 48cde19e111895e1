#include "CLakeKernels.h"
