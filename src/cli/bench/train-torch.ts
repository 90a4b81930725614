/** The same networks and steps in PyTorch, to run beside: `python -c SCRIPT NET REPEAT` prints the milliseconds of each step, on the clock and of the processor, as JSON. */
export const torchScript = String.raw`
import json, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F
torch.set_num_threads(1)
torch.manual_seed(1)
net, repeat = sys.argv[1], int(sys.argv[2])
conv = lambda i, o, s=2: nn.Conv2d(i, o, 4, s, 1)
up = lambda i, o: nn.ConvTranspose2d(i, o, 4, 2, 1)

def autoencoder():
    model = nn.Sequential(conv(5, 32), nn.ReLU(), conv(32, 64), nn.ReLU(), conv(64, 128), nn.ReLU(),
                          up(128, 64), nn.ReLU(), up(64, 32), nn.ReLU(), up(32, 5))
    adam = torch.optim.Adam(model.parameters(), 1e-3)
    x = torch.rand(8, 5, 64, 64)
    def step():
        adam.zero_grad()
        loss = F.mse_loss(model(x), x)
        loss.backward()
        adam.step()
        return loss.item()
    return step

class Generator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down = nn.ModuleList()
        previous = 3
        for i, c in enumerate(channels):
            last = i == len(channels) - 1
            layers = [conv(previous, c)] + ([nn.BatchNorm2d(c)] if 0 < i and not last else []) + [nn.ReLU() if last else nn.LeakyReLU(0.2)]
            self.down.append(nn.Sequential(*layers))
            previous = c
        self.up = nn.ModuleList()
        for i, c in enumerate(reversed(channels[:-1])):
            self.up.append(nn.Sequential(up(previous, c), nn.BatchNorm2d(c), *([nn.Dropout(0.5)] if i < 3 else [])))
            previous = 2 * c
        self.out = up(previous, 3)
    def forward(self, x):
        features = []
        for block in self.down:
            x = block(x)
            features.append(x)
        for block, skip in zip(self.up, reversed(features[:-1])):
            x = F.relu(torch.cat([block(x), skip], 1))
        return torch.tanh(self.out(x))

class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        layers, previous = [], 6
        for i, c in enumerate(channels):
            layers += [conv(previous, c, 2 if i < len(channels) - 1 else 1)] + ([nn.BatchNorm2d(c)] if i else []) + [nn.LeakyReLU(0.2)]
            previous = c
        self.layers = nn.Sequential(*layers, conv(previous, 1, 1), nn.Sigmoid())
    def forward(self, a, b):
        return self.layers(torch.cat([a, b], 1))

def adversarial():
    g, d = Generator([16, 32, 64, 64, 64]), Discriminator([16, 32, 64, 64])
    adam_g = torch.optim.Adam(g.parameters(), 2e-4, (0.5, 0.999))
    adam_d = torch.optim.Adam(d.parameters(), 2e-4, (0.5, 0.999))
    x, target = torch.rand(8, 3, 64, 64), torch.rand(8, 3, 64, 64)
    bce = lambda p, label: F.binary_cross_entropy(p, torch.full_like(p, label))
    def step():
        for p in d.parameters(): p.requires_grad_(True)
        with torch.no_grad():
            fake = g(x)
        adam_d.zero_grad()
        loss = 0.5 * (bce(d(x, target), 1.0) + bce(d(x, fake), 0.0))
        loss.backward()
        loss.item()
        adam_d.step()
        for p in d.parameters(): p.requires_grad_(False)
        adam_g.zero_grad()
        again = g(x)
        loss = bce(d(x, again), 1.0) + 100 * F.l1_loss(again, target)
        loss.backward()
        adam_g.step()
        return loss.item()
    return step

def recurrent():
    lstm, head = nn.LSTM(256, 128, 3), nn.Linear(128, 7)
    adam = torch.optim.Adam([*lstm.parameters(), *head.parameters()], 1e-3)
    x, labels = torch.rand(16, 16, 256), torch.arange(16) % 7
    def step():
        adam.zero_grad()
        loss = F.cross_entropy(head(lstm(x)[0][-1]), labels)
        loss.backward()
        adam.step()
        return loss.item()
    return step

class Attention(nn.Module):
    def __init__(self, local):
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(64), nn.Linear(64, 768, bias=False), nn.Linear(256, 64)
        self.temperature = nn.Parameter(torch.log(torch.tensor(64 ** -0.5))) if local else None
    def forward(self, x):
        b, n, _ = x.shape
        q, k, v = (t.reshape(b, n, 4, 64).transpose(1, 2) for t in self.qkv(self.norm(x)).chunk(3, -1))
        scale = 0.125 if self.temperature is None else self.temperature.exp()
        logits = q @ k.transpose(-1, -2) * scale
        if self.temperature is not None:
            logits = logits.masked_fill(torch.eye(n, dtype=torch.bool), -torch.finfo(torch.float32).max)
        return self.out((logits.softmax(-1) @ v).transpose(1, 2).reshape(b, n, 256))

class Block(nn.Module):
    def __init__(self, local):
        super().__init__()
        self.attention = Attention(local)
        self.mlp = nn.Sequential(nn.LayerNorm(64), nn.Linear(64, 32), nn.GELU(), nn.Linear(32, 64))
    def forward(self, x):
        x = x + self.attention(x)
        return x + self.mlp(x)

class Video(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(nn.LayerNorm(1280), nn.Linear(1280, 64))
        self.positions, self.cls, self.temporal_cls = (nn.Parameter(torch.randn(1, n, 64)) for n in (197, 1, 1))
        self.spatial = nn.Sequential(*(Block(True) for _ in range(4)))
        self.temporal = nn.Sequential(*(Block(False) for _ in range(4)), nn.LayerNorm(64))
        self.head = nn.Sequential(nn.LayerNorm(64), nn.Linear(64, 24))
    def forward(self, clip):
        b, t, c, h, w = clip.shape
        x = clip.reshape(b * t, c, h, w)
        shift = lambda r, d: F.pad(x, (max(r, 0), max(-r, 0), max(d, 0), max(-d, 0)))[:, :, max(-d, 0):max(-d, 0) + h, max(-r, 0):max(-r, 0) + w]
        x = torch.cat([x, shift(1, 0), shift(-1, 0), shift(0, 1), shift(0, -1)], 1)
        x = x.reshape(b * t, 5 * c, 14, 16, 14, 16).permute(0, 2, 4, 3, 5, 1).reshape(b * t, 196, 1280 * c)
        x = torch.cat([self.cls.expand(b * t, -1, -1), self.embed(x)], 1) + self.positions
        x = self.spatial(x)[:, 0].reshape(b, t, 64)
        return self.head(self.temporal(torch.cat([self.temporal_cls.expand(b, -1, -1), x], 1))[:, 0])

def video():
    model = Video()
    adam = torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=1e-3)
    x, labels = torch.rand(1, 10, 1, 224, 224), torch.tensor([3])
    def step():
        adam.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        adam.step()
        return loss.item()
    return step

step = {"AE": autoencoder, "P2P": adversarial, "LSTM": recurrent, "ViT": video}[net]()
times, cpu_times = [], []
for i in range(repeat + 3):
    start, cpu = time.perf_counter(), time.process_time()
    step()
    times.append((time.perf_counter() - start) * 1000)
    cpu_times.append((time.process_time() - cpu) * 1000)
print(json.dumps({"times": times[3:], "cpuTimes": cpu_times[3:], "version": torch.__version__}))
`;
