stock = {"lamp": 3}


def take(article):
    left = stock.get(article, 0)
    if left > 0:
        stock[article] = left - 1
    return left > 0
