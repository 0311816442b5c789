// The reservation store W1 as a small C++ program: how fast an event loop can be on this machine.
//
// Reads one seed a line and answers each with one line: the counts of one season in the order of
// `Counts`, the seconds that served contacts waited together, and the CPU seconds it took.
// Shares no code and no random numbers with the rest, so the tests take it for an independent
// implementation of the workload.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <deque>
#include <iostream>
#include <queue>
#include <vector>

namespace {

// xoshiro256++ (Blackman and Vigna), seeded by splitmix64; the standard library's engines and
// distributions would take a third of the run.
class Random {
public:
    explicit Random(std::uint64_t seed) {
        for (auto& word : state_) {
            std::uint64_t z = (seed += 0x9e3779b97f4a7c15);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            word = z ^ (z >> 31);
        }
    }

    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    double exponential(double mean) { return -mean * std::log(1 - uniform()); }
    double lognormal(double median, double sigma) {  // Box and Muller
        const double radius = std::sqrt(2 * exponential(1));
        return median * std::exp(sigma * radius * std::cos(2 * M_PI * uniform()));
    }

private:
    static std::uint64_t rotate(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

    std::uint64_t next() {
        const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    std::uint64_t state_[4];
};

// The workload; times in minutes.
constexpr double kSeason = 720, kSessions = 200000;
constexpr double kCarts = 0.10, kSupport = 0.05, kReady = 0.60;
constexpr double kDecideMedian = 6, kDecideSigma = 1, kTimeout = 30;
constexpr double kHandling = 6, kPatience = 10;
constexpr int kProducts = 200, kStock = 60, kAgents = 75;

struct Counts {
    long sessions = 0, adds = 0, stockouts = 0, paid = 0, late_paid = 0, late_lost = 0,
         expired = 0, contacts = 0, served = 0, gave_up = 0;
    double wait = 0;
};

enum class Kind : std::uint8_t { kArrival, kPaid, kExpired, kPaidLate, kAnswered, kGaveUp };

struct Event {
    double time;
    std::uint32_t number;   // of equal times the first made comes first
    std::uint32_t subject;  // a product, or a contact
    Kind kind;
    bool operator<(const Event& other) const {  // std::priority_queue has the largest on top
        return time > other.time || (time == other.time && number > other.number);
    }
};

class Store {
public:
    explicit Store(std::uint64_t seed) : random_(seed), stock_(kProducts, kStock) {
        double sum = 0;
        for (int rank = 1; rank <= kProducts; ++rank) popularity_.push_back(sum += 1.0 / rank);
    }

    Counts play() {
        after(random_.exponential(kSeason / kSessions), Kind::kArrival);
        while (agenda_.top().time < kSeason) {
            const Event event = agenda_.top();
            agenda_.pop();
            now_ = event.time;
            switch (event.kind) {
                case Kind::kArrival: arrive(); break;
                case Kind::kPaid: ++counts_.paid; break;
                case Kind::kExpired: ++stock_[event.subject]; ++counts_.expired; break;
                case Kind::kPaidLate: pay_late(event.subject); break;
                case Kind::kAnswered: call_next(); break;
                case Kind::kGaveUp: give_up(event.subject); break;
            }
        }
        return counts_;
    }

private:
    void after(double delay, Kind kind, std::uint32_t subject = 0) {
        agenda_.push({now_ + delay, number_++, subject, kind});
    }

    void arrive() {
        ++counts_.sessions;
        after(random_.exponential(kSeason / kSessions), Kind::kArrival);
        const double luck = random_.uniform();
        if (luck < kCarts) fill_cart();
        else if (luck < kCarts + kSupport) ask();
    }

    void fill_cart() {
        const auto product = static_cast<std::uint32_t>(
            std::upper_bound(popularity_.begin(), popularity_.end() - 1,
                             random_.uniform() * popularity_.back()) - popularity_.begin());
        if (stock_[product] == 0) { ++counts_.stockouts; return; }
        --stock_[product];
        ++counts_.adds;
        const bool ready = random_.uniform() < kReady;
        const double decide = ready ? random_.lognormal(kDecideMedian, kDecideSigma) : 0;
        if (ready && decide <= kTimeout) { after(decide, Kind::kPaid); return; }
        after(kTimeout, Kind::kExpired, product);
        if (ready) after(decide, Kind::kPaidLate, product);
    }

    void pay_late(std::uint32_t product) {
        if (stock_[product] == 0) { ++counts_.late_lost; return; }
        --stock_[product];
        ++counts_.paid;
        ++counts_.late_paid;
    }

    void ask() {
        ++counts_.contacts;
        if (busy_ < kAgents) { serve(); return; }
        const auto contact = static_cast<std::uint32_t>(came_.size());
        came_.push_back(now_);
        waits_.push_back(true);
        line_.push_back(contact);
        after(random_.exponential(kPatience), Kind::kGaveUp, contact);
    }

    void serve() {
        ++busy_;
        ++counts_.served;
        after(random_.exponential(kHandling), Kind::kAnswered);
    }

    void call_next() {
        --busy_;
        while (!line_.empty()) {
            const std::uint32_t contact = line_.front();
            line_.pop_front();
            if (!waits_[contact]) continue;
            waits_[contact] = false;
            counts_.wait += now_ - came_[contact];
            serve();
            return;
        }
    }

    void give_up(std::uint32_t contact) {
        if (!waits_[contact]) return;
        waits_[contact] = false;
        ++counts_.gave_up;
    }

    Random random_;
    std::vector<double> popularity_;  // cumulative weights
    std::priority_queue<Event> agenda_;
    std::vector<int> stock_;
    std::vector<double> came_;
    std::vector<bool> waits_;
    std::deque<std::uint32_t> line_;
    Counts counts_;
    double now_ = 0;
    std::uint32_t number_ = 0;
    int busy_ = 0;
};

}  // namespace

int main() {
    std::uint64_t seed;
    while (std::cin >> seed) {
        const std::clock_t began = std::clock();
        const Counts c = Store(seed).play();
        const double cpu = double(std::clock() - began) / CLOCKS_PER_SEC;
        std::printf("%ld %ld %ld %ld %ld %ld %ld %ld %ld %ld %.9g %.6f\n", c.sessions, c.adds,
                    c.stockouts, c.paid, c.late_paid, c.late_lost, c.expired, c.contacts, c.served,
                    c.gave_up, 60 * c.wait, cpu);
        std::fflush(stdout);
    }
}
