"""The card, its driver, and what PyTorch it is compared with."""
import importlib.metadata, platform, shutil, subprocess

import torch

from measure import DEVICE, Step

step = Step("card")
if shutil.which("nvidia-smi"):
    wanted = "name,driver_version,memory.total,clocks.sm,clocks.max.sm,clocks.mem,power.limit,temperature.gpu,mig.mode.current"
    told = subprocess.run(["nvidia-smi", f"--query-gpu={wanted}", "--format=csv,noheader"], capture_output=True, text=True)
    step.record("nvidia-smi", told=(told.stdout or told.stderr).strip())
for path, told in step.heed.paths.items():
    step.record("Heed computes by", path=path, told=told)
packages = {}
for name in ("torch", "transformers", "sentence-transformers", "flash-attn", "triton"):
    try:
        packages[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        packages[name] = "none"
step.record("Python", python=platform.python_version(), cuda=str(torch.version.cuda), device=str(DEVICE), **packages)
if DEVICE.type == "cuda":
    of = torch.cuda.get_device_properties(0)
    step.record("PyTorch sees", name=of.name, capability=f"{of.major}.{of.minor}", multiprocessors=of.multi_processor_count,
                memory_gb=of.total_memory / 1e9, cache_mb=getattr(of, "L2_cache_size", 0) / 1e6)
step.heed.close()
